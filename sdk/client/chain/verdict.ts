// SPDX-License-Identifier: MIT

/** The error object of a JSON-RPC answer, or what a node sends in its place. */
export interface NodeError {
  readonly code: number;
  readonly message: string;
  readonly data?: unknown;
}

/**
 * What an error of a node is. All but "trouble" are answers:
 * - reverted: the call was run, and fails.
 * - unknown method: of a method that not every node has, and that has a substitute.
 * - too much: of `eth_getLogs`: ask for fewer blocks.
 * - known: the node has the transaction.
 * - nonce used: another transaction of the key, or this one, is in the chain.
 * - underpriced: the same with higher fees may be taken.
 * - no funds: the key cannot pay for the transaction.
 * - trouble: it says nothing about what was asked. Ask again, or another node.
 */
export type Verdict =
  "reverted" | "unknown method" | "too much" | "known" | "nonce used" | "underpriced" | "no funds" | "trouble";

/** Calls that are run, so that they can revert. */
const RUN: ReadonlySet<string> = new Set(["eth_call", "eth_estimateGas"]);

/** That not every node has. Of any other method, "not found" is a fault of the node. */
const OPTIONAL: ReadonlySet<string> = new Set(["eth_getBlockReceipts"]);

/** Whoever says so has not looked at the question. */
export const LIMITED =
  /rate.?limit|too many requests|request(s)? limit|request count|limited to \d+ ?(requests|credits)|per (second|minute|day)|\/(sec|second|min|minute|day)\b|quota|credits|compute units|throughput|capacity (limit|exceeded)|try again later|overloaded|unauthori[sz]ed|forbidden|api key/i;

/** Wherever in the text: some nodes put words of their own before it. */
const REVERTED =
  /\b(execution|transaction|call|contract|evm)( error:)? (was )?revert(ed)?\b(?! to)|contract_revert_executed|vm exception while processing transaction: (revert|invalid opcode)|transaction reverted|reverted with|^revert(ed)?\b(?! to)/i;

/** The virtual machine ended the call. Every node says the same. */
const HALTED =
  /invalid opcode|InvalidFEOpcode|OpcodeNotFound|invalid jump|InvalidJump|stack (underflow|overflow|limit)|StackUnderflow|StackOverflow|bad instruction|bad jump/i;

const UNKNOWN =
  /method.{0,60}(not (found|exist|available|supported|implemented|allowed|whitelisted)|unsupported|disabled|not included in your)|(unsupported|unknown|unrecognized|no such) method|not (supported|available).{0,40}method|method not found|^not implemented|upgrade.{0,40}method/i;

const TOO_MUCH =
  /range|blocks distance|more than [\d,]+|at most [\d,]+ (blocks|logs)|limit the query|too many (results|logs|blocks)|response size|response is too big|(result|response|query|request)( set)? (is )?too large|max(imum)? (results|logs|blocks)|exceeds? (max|limit)|(returned|results?).{0,20}limit|query (exceeds|timeout)|timed? ?out|timeout|deadline exceeded|canceled/i;

/** A node that has not got there, or has forgotten: fewer blocks do not help. */
const NOT_THERE =
  /beyond.{0,20}head|out ?of ?range|block height is|invalid block range|unknown block|(header|block) not found|not (yet )?available|pruned|missing/i;

const KNOWN =
  /already ?known|known transaction|already ?imported|already exists|already in (the )?(mem)?pool|already in mempool|same hash/i;
const NONCE_USED =
  /nonce (is )?too low|old ?nonce|nonce has already been used|too stale nonce|invalid nonce.{0,40}lower/i;
const UNDERPRICED =
  /underpriced|fee ?too ?low|gas ?price ?too ?low|gas price below|max ?fee ?per ?gas.{0,40}too low|could not replace|less than block base fee|below (the )?(current )?(base ?fee|minimum)|lower than (the )?(base ?fee|minimum|current)|replacement ?not ?allowed|tip (is )?too low|too low to (replace|compete)/i;
const NO_FUNDS =
  /insufficient ?(funds|balance)|not enough funds|enough funds to|funds for gas|upfront cost exceeds|exceeds account balance/i;

/**
 * The one place that says whether a node's error is an answer or trouble. By what was asked, since the same words mean
 * different things: codes are no guide, as each node and provider has its own. `params`: of the question, for what it
 * asked as a limit of gas.
 */
export function verdictOf(method: string, error: NodeError, params: readonly unknown[] = []): Verdict {
  const text = `${error.message} ${textOf(error.data)}`;
  if (RUN.has(method)) return ofCall(error, text, params);
  if (method === "eth_sendRawTransaction") return ofSending(text);
  if (method === "eth_getLogs") {
    return !LIMITED.test(text) && !NOT_THERE.test(text) && TOO_MUCH.test(text) ? "too much" : "trouble";
  }
  const words = error.message.replaceAll(method, "method"); // some say its name and not what it is
  if (OPTIONAL.has(method) && (error.code === -32_601 || UNKNOWN.test(words))) return "unknown method";
  return "trouble";
}

/** The data of a revert, wherever a node puts it. Undefined when there is none. */
export function revertDataOf(data: unknown): string | undefined {
  // A selector and whole words: a hash or an address is none.
  if (typeof data === "string") return /^(?:Reverted )?(0x[0-9a-f]{8}(?:[0-9a-f]{64})*)$/i.exec(data.trim())?.[1];
  if (typeof data !== "object" || data === null) return undefined;
  const { data: inner, return: returned, result, originalError } = data as Record<string, unknown>;
  for (const each of [inner, returned, result, originalError]) {
    const found = revertDataOf(each);
    if (found !== undefined) return found;
  }
  return undefined;
}

function ofCall({ code, message, data }: NodeError, text: string, params: readonly unknown[]): Verdict {
  if (revertDataOf(data) !== undefined || wordsOf(message, data).some((words) => REVERTED.test(words)))
    return "reverted";
  if (code === 3 && /revert/i.test(text)) return "reverted";
  if (LIMITED.test(text)) return "trouble";
  if (HALTED.test(text)) return "reverted";
  if (/^(vm|transaction) execution error/i.test(message)) {
    return /^"?(reverted|revert\b|bad |0x$)/i.test(textOf(data)) ? "reverted" : "trouble";
  }
  return exceedsOwnGas(message, params) ? "reverted" : "trouble";
}

/** What gateways wrap says what the node said. */
function wordsOf(message: string, data: unknown): string[] {
  if (typeof data !== "object" || data === null) return [message];
  const { message: inner, originalError } = data as Record<string, unknown>;
  return [message, ...(typeof inner === "string" ? wordsOf(inner, originalError) : wordsOf("", originalError))];
}

/**
 * Does it need more gas than the question allowed? A node that allows less of its own speaks of its limit, not of the
 * call.
 */
function exceedsOwnGas(message: string, [call]: readonly unknown[]): boolean {
  const allowance = /gas required exceeds allowance \((\d+)\)/i.exec(message)?.[1];
  const { gas } = (call ?? {}) as { gas?: unknown };
  if (allowance === undefined || typeof gas !== "string" || !/^0x[0-9a-f]+$/i.test(gas)) return false;
  return BigInt(allowance) >= BigInt(gas);
}

function ofSending(text: string): Verdict {
  if (KNOWN.test(text)) return "known";
  if (NONCE_USED.test(text)) return "nonce used";
  if (NO_FUNDS.test(text)) return "no funds";
  if (UNDERPRICED.test(text)) return "underpriced";
  return "trouble";
}

function textOf(data: unknown): string {
  if (data === undefined || data === null) return "";
  return typeof data === "string" ? data : (JSON.stringify(data) ?? "");
}

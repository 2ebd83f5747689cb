// SPDX-License-Identifier: MIT
import { BaseError, ContractFunctionRevertedError } from "viem";
import { decodeError, errorTable, type NamedError } from "../../../sdk/errors.js";
import { chainText as text } from "../text/chain";

const table = errorTable();
const SPOKEN = new Set([
  "WrongSigner",
  "BadSignature",
  "OutOfRange",
  "SequenceTooHigh",
  "Absurd",
  "Away",
  "NotDecimal",
  "NotConfigured",
]);

/** What went wrong, for people: a sentence that says what to do, and the error's own name. */
export interface Told {
  readonly kind: "rejected" | "refused" | "wrongChain" | "unauthorised" | "unreachable" | "unknown";
  readonly sentence: string;
  /** The contracts' error, e.g. InsufficientMargin. */
  readonly name?: string;
  /** What a program said, for whoever reports it. */
  readonly detail?: string;
}

/** The contracts' refusal in some revert data. */
export function refusalIn(data: string | undefined): NamedError | undefined {
  return data === undefined ? undefined : decodeError(table, data);
}

/** The contracts' refusal in a failure of a node or wallet. */
export function refusalOf(failure: unknown): NamedError | undefined {
  return refusalIn(dataIn(failure));
}

/** What viem calls a call that reverts, and one that nobody answers. */
const REVERTS = new Set(["ContractFunctionRevertedError", "ContractFunctionZeroDataError"]);

export function isRevert(failure: unknown): boolean {
  for (let at = failure; at instanceof Error; at = at.cause) if (REVERTS.has(at.name)) return true;
  return false;
}

/** Any failure of a wallet, node, relay or contract as a sentence of this page. */
export function tell(failure: unknown): Told {
  if (isTold(failure)) return failure.told;
  // Errors of the SDK and of this page that are sentences already.
  if (failure instanceof Error && SPOKEN.has(failure.name))
    return { kind: "refused", sentence: capitalised(failure.message) };
  const code = codeIn(failure);
  // 5750: the person declined to let the account send several calls as one (EIP-5792).
  if (code === 4001 || code === 5750) return { kind: "rejected", sentence: text.rejected };
  if (code === 4100) return { kind: "unauthorised", sentence: text.unauthorised };
  if (code === 4900 || code === 4901) return { kind: "wrongChain", sentence: text.walletDisconnected };
  if (code === 4902) return { kind: "wrongChain", sentence: text.chainUnknown };
  const named = refusalOf(failure);
  if (named !== undefined) return { kind: "refused", sentence: named.sentence, name: named.name };
  const detail = shortOf(failure);
  if (/insufficient funds/i.test(detail)) return { kind: "refused", sentence: text.noGasMoney, detail };
  if (/fetch|network|timed? ?out|timeout|econn|HTTP request failed/i.test(detail)) {
    return { kind: "unreachable", sentence: text.unreachable, detail };
  }
  return { kind: "unknown", sentence: text.unknownFailure, detail };
}

/** An error that has its sentence already: of the relay, or of this page. */
export class Said extends Error {
  override readonly name = "Said";

  constructor(readonly told: Told) {
    super(told.sentence);
  }
}

const capitalised = (sentence: string) => sentence.charAt(0).toUpperCase() + sentence.slice(1);

const isTold = (failure: unknown): failure is Said => failure instanceof Said;

/** The EIP-1193 code, wherever a library wrapped it. */
function codeIn(failure: unknown): number | undefined {
  for (let each = failure as { code?: unknown; cause?: unknown } | undefined, depth = 0; each && depth < 8; ++depth) {
    if (typeof each.code === "number" && each.code >= 4_000 && each.code < 6_000) return each.code;
    each = each.cause as typeof each;
  }
  return undefined;
}

function dataIn(failure: unknown): string | undefined {
  if (failure instanceof BaseError) {
    const reverted = failure.walk((each) => each instanceof ContractFunctionRevertedError);
    if (reverted instanceof ContractFunctionRevertedError && reverted.raw) return reverted.raw;
  }
  for (let each = failure as { data?: unknown; cause?: unknown } | undefined, depth = 0; each && depth < 8; ++depth) {
    const data =
      typeof each.data === "object" && each.data !== null ? (each.data as { data?: unknown }).data : each.data;
    if (typeof data === "string" && /^0x[0-9a-fA-F]{8,}$/.test(data)) return data;
    each = each.cause as typeof each;
  }
  return undefined;
}

function shortOf(failure: unknown): string {
  const text =
    failure instanceof BaseError ? failure.shortMessage : failure instanceof Error ? failure.message : String(failure);
  return text.slice(0, 300);
}

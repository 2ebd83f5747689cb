// SPDX-License-Identifier: MIT
import { RpcFailed, RpcRefused, type Rpc } from "./Rpc.js";

/** Whatever asks a node raw questions: an Rpc, an ethers JsonRpcProvider or BrowserProvider, an EIP-1193 provider. */
export type RpcSource =
  | Rpc
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- as ethers has it
  | { send(method: string, params: any[]): Promise<any>; turn?(): void }
  | { request(question: { method: string; params?: unknown }): Promise<unknown> };

/** A provider that cannot be asked raw questions. */
export class NoRawQuestions extends TypeError {
  constructor() {
    super(
      "the provider has neither send nor request: give a JsonRpcProvider, a BrowserProvider, an EIP-1193 provider or an HttpRpc.",
    );
    this.name = "NoRawQuestions";
  }
}

/** An error of a node, as far as it was told. */
export interface Told {
  readonly code?: unknown;
  readonly message?: unknown;
  readonly data?: unknown;
}

/** What libraries make of a failure. */
interface Wrapped extends Told {
  readonly error?: unknown;
  readonly info?: unknown;
  readonly cause?: unknown;
  /** The body of an answer with an error's status, as ethers and as viem hand it on. */
  readonly responseBody?: unknown;
  readonly details?: unknown;
  readonly shortMessage?: unknown;
}

/** The same questions, whose errors say whether the node answered. */
export function rpcOf(source: RpcSource): Rpc {
  const ask = askOf(source);
  return {
    turn: () => (source as Rpc).turn?.(),
    send: async (method, params) => {
      try {
        return await ask(method, [...params]);
      } catch (failure) {
        throw told(method, params, failure);
      }
    },
  };
}

function askOf(source: RpcSource): (method: string, params: unknown[]) => Promise<unknown> {
  if ("send" in source && typeof source.send === "function") return (method, params) => source.send(method, params);
  if ("request" in source && typeof source.request === "function") {
    return (method, params) => source.request({ method, params });
  }
  throw new NoRawQuestions();
}

function told(method: string, params: readonly unknown[], failure: unknown): Error {
  if (failure instanceof RpcRefused || failure instanceof RpcFailed) return failure;
  const said = nodeErrorIn(failure);
  if (said === undefined) return new RpcFailed(method, messageOf(failure), isSlow(failure) ? "slow" : "unreachable");
  return new RpcRefused(method, Number(said.code), withoutKeys(String(said.message)), said.data, params);
}

/**
 * The JSON-RPC error that a library has wrapped: the innermost object with a numeric code, as each wrapping puts words
 * of its own around the node's. Nodes also send it with an error's status, and libraries then keep it as text.
 */
export function nodeErrorIn(failure: unknown): Told | undefined {
  let found: Told | undefined;
  let at: unknown = failure;
  for (let depth = 0; depth < 6 && typeof at === "object" && at !== null; ++depth) {
    const { code, error, info, cause, responseBody, details } = at as Wrapped;
    if (typeof code === "number") found = at as Told;
    at = error ?? info ?? cause ?? (found === undefined ? (parsed(responseBody) ?? parsed(details)) : undefined);
  }
  return found;
}

/** What a text holds, if it is JSON. */
function parsed(text: unknown): unknown {
  try {
    return typeof text === "string" ? (JSON.parse(text) as unknown) : undefined;
  } catch {
    return undefined;
  }
}

function isSlow(failure: unknown): boolean {
  const { code, name } = (failure ?? {}) as { code?: unknown; name?: unknown };
  return code === "TIMEOUT" || name === "TimeoutError";
}

function messageOf(failure: unknown): string {
  if (!(failure instanceof Error)) return withoutKeys(String(failure));
  const { shortMessage } = failure as Wrapped;
  return withoutKeys(typeof shortMessage === "string" ? shortMessage : failure.message);
}

/** Paths and queries of URLs may hold a key. */
function withoutKeys(text: string): string {
  return text.replace(/\b((?:https?|wss?):\/\/)(?:[^\s"'/?#@]*@)?([^\s"'/?#]*)[^\s"']*/gi, "$1$2");
}

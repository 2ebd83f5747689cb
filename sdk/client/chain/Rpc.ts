// SPDX-License-Identifier: MIT
import { verdictOf, type Verdict } from "./verdict.js";

/** A node, as far as one is used here: questions of the JSON-RPC. Fails with RpcRefused or RpcFailed. */
export interface Rpc {
  send(method: string, params: readonly unknown[]): Promise<unknown>;
  /** Asks another node from now on, if there are several: this one's answers are not to be trusted. */
  turn?(): void;
}

/** The node answered with an error. `verdict` says what it means. */
export class RpcRefused extends Error {
  readonly verdict: Verdict;

  constructor(
    readonly method: string,
    readonly code: number,
    readonly reason: string,
    readonly data: unknown,
    params: readonly unknown[] = [],
  ) {
    super(`${method}: ${reason}`);
    this.name = "RpcRefused";
    this.verdict = verdictOf(method, { code, message: reason, data }, params);
  }
}

/**
 * `unreachable`: no connection. `busy`: a limit of requests, or no permission. `slow`: no answer in time. `useless`:
 * what came is none.
 */
export type Trouble = "unreachable" | "busy" | "slow" | "useless";

/** No node answered: all that are named were asked, as often as is allowed. */
export class RpcFailed extends Error {
  constructor(
    readonly method: string,
    readonly reason: string,
    readonly trouble: Trouble = "unreachable",
  ) {
    super(`${method} got no answer: ${reason}`);
    this.name = "RpcFailed";
  }
}

/** Did the nodes fail, rather than answer? */
export function isTrouble(failure: unknown): boolean {
  return failure instanceof RpcFailed || (failure instanceof RpcRefused && failure.verdict === "trouble");
}

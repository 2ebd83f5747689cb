// SPDX-License-Identifier: MIT

/** A node, as far as the keeper uses one: questions of the JSON-RPC. */
export interface Rpc {
  send(method: string, params: readonly unknown[]): Promise<unknown>;
  /** Asks another node from now on, if there are several: this one's answers are not to be trusted. */
  turn?(): void;
}

/** The node answered with an error. */
export class RpcRefused extends Error {
  constructor(
    readonly method: string,
    readonly code: number,
    readonly reason: string,
    readonly data: unknown,
  ) {
    super(`${method}: ${reason}`);
  }
}

/** No node answered. */
export class RpcFailed extends Error {
  constructor(
    readonly method: string,
    readonly reason: string,
  ) {
    super(`${method} got no answer: ${reason}`);
  }
}

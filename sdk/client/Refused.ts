// SPDX-License-Identifier: MIT
import type { NamedError } from "../errors.js";
import { nodeErrorIn } from "./chain/rpcOf.js";
import { revertDataOf, verdictOf } from "./chain/verdict.js";
import { decodeRevert } from "./decoding.js";

/** The contracts refused a call; the message says what to do. */
export class Refused extends Error {
  constructor(
    readonly error: NamedError,
    cause: unknown,
  ) {
    super(`${error.name}: ${error.sentence}`, { cause });
  }
}

/** The same failure as Refused when the contracts' error is in it, wherever the provider put it; else as it came. */
export function explained(failure: unknown): unknown {
  const data = revertData(failure);
  const error = data === undefined ? undefined : decodeRevert(data);
  return error === undefined ? failure : new Refused(error, failure);
}

/** Runs a call, and throws Refused when the contracts refuse it. */
export async function explaining<T>(call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (failure) {
    throw explained(failure);
  }
}

/**
 * The node says that the call itself reverts, with a reason or without; anything else is the node's own trouble. What
 * the node said counts: ethers calls any error of a call a reverted one (CALL_EXCEPTION), a limit of requests too.
 */
export function isRevert(failure: unknown): boolean {
  const said = nodeErrorIn(failure);
  if (said !== undefined) {
    const error = { code: Number(said.code), message: String(said.message), data: said.data };
    return verdictOf("eth_call", error) === "reverted";
  }
  return causesOf(failure).some(
    ({ code, data, message }) =>
      code === "CALL_EXCEPTION" ||
      revertDataOf(data) !== undefined ||
      (typeof message === "string" && /\brevert/i.test(message)),
  );
}

function revertData(failure: unknown): string | undefined {
  return [(nodeErrorIn(failure) ?? {}) as Record<string, unknown>, ...causesOf(failure)]
    .map(({ raw, data }) => revertDataOf(raw) ?? revertDataOf(data)) // of viem raw is the data, and data what it read
    .find((data) => data !== undefined);
}

/** The failure, and what it wraps, wherever the provider put it. */
function causesOf(failure: unknown): Record<string, unknown>[] {
  const causes: Record<string, unknown>[] = [];
  let at: unknown = failure;
  while (causes.length < 8 && at !== null && typeof at === "object") {
    const { data, error, info, cause } = at as Record<string, unknown>;
    causes.push(at as Record<string, unknown>);
    at = (typeof data === "object" ? data : undefined) ?? error ?? info ?? cause;
  }
  return causes;
}

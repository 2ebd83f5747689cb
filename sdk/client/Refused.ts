// SPDX-License-Identifier: MIT
import type { NamedError } from "../errors.js";
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

/** The node says that the call itself reverts, with a reason or without; anything else is the node's own trouble. */
export function isRevert(failure: unknown): boolean {
  return causesOf(failure).some(
    ({ code, data, message }) =>
      code === 3 ||
      code === "CALL_EXCEPTION" ||
      isErrorData(data) ||
      (typeof message === "string" && /\brevert/i.test(message)),
  );
}

function revertData(failure: unknown): string | undefined {
  return causesOf(failure)
    .map(({ data }) => data)
    .find(isErrorData);
}

function isErrorData(data: unknown): data is string {
  return typeof data === "string" && /^0x[0-9a-f]{8}/i.test(data);
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

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

function revertData(failure: unknown): string | undefined {
  let at: unknown = failure;
  for (let depth = 0; depth < 8 && at !== null && typeof at === "object"; ++depth) {
    const { data, error, info, cause } = at as Record<string, unknown>;
    if (typeof data === "string" && /^0x[0-9a-f]{8}/i.test(data)) return data;
    at = (typeof data === "object" ? data : undefined) ?? error ?? info ?? cause;
  }
  return undefined;
}

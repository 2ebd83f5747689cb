// SPDX-License-Identifier: MIT
import { decodeRevert } from "../../sdk/client/decoding.js";

/** Why a call does not go through: the contracts' error by its name, else what the node says. */
export function reasonOf(failure: unknown): string {
  const text = [failure, (failure as { data?: unknown }).data].map((each) => JSON.stringify(each) ?? "").join(" ");
  for (const [data] of text.matchAll(/0x[0-9a-f]{8,}/gi)) {
    const error = data === undefined ? undefined : decodeRevert(data);
    if (error !== undefined) return `${error.name}: ${error.sentence}`;
  }
  return (failure as Error).message;
}

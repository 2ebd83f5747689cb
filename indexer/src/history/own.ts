// SPDX-License-Identifier: MIT
import { createHash } from "node:crypto";
import { counts, digests } from "../../schema";
import { findOr, type Rows } from "../rows/Rows";
import type { Hex } from "../scene";

/** The one row of `digests`. */
export const ALL = "ALL";

/** Where a log stands, as the chain tells it: enough that no other log is taken for it. */
export interface LogPlace {
  readonly blockHash: Hex;
  readonly block: number;
  readonly logIndex: number;
}

export const NO_DIGEST: Hex = `0x${"0".repeat(64)}`;

/** The digest with one more log: the doctor computes the same from what the node tells. */
export function digestAfter(digest: Hex, { blockHash, logIndex }: LogPlace): Hex {
  return `0x${createHash("sha256").update(`${digest}${blockHash}${logIndex}`).digest("hex")}`;
}

/** Counts a log of `contract:event`. */
export async function count(rows: Rows, name: string, place: LogPlace): Promise<void> {
  const { count: before } = await findOr(rows, counts, { id: name, count: 0 });
  rows.put(counts, { id: name, count: before + 1 });
  const fresh = { id: ALL, events: 0, digest: NO_DIGEST, block: 0, logIndex: 0 };
  const all = await findOr(rows, digests, fresh);
  const { block, logIndex } = place;
  rows.put(digests, {
    id: ALL,
    events: all.events + 1,
    digest: digestAfter(all.digest as Hex, place),
    block,
    logIndex,
  });
}

// SPDX-License-Identifier: MIT
import type { Reader } from "../../chain/reader";
import { venueKindOf } from "../../../../sdk/deployment.js";
import type { GroupId, VenueKind } from "../../../../sdk/order.js";
import type { Receipt } from "../../../../sdk/receipt/Receipt.js";
import { ReceiptVerifier } from "../../../../sdk/receipt/ReceiptVerifier.js";
import { apply } from "../../../../sdk/state/apply.js";
import { MissedEvent } from "../../../../sdk/state/MissedEvent.js";
import { createVenue } from "../../../../sdk/state/Venue.js";
import type { Here } from "../../chain/services";
import { venueLogs, type VenueLog } from "../../data/logs";
import type { LockId } from "./lockId";

export interface Verified {
  readonly receipt: Receipt;
  readonly events: number;
  readonly head: bigint;
}

/**
 * The receipt of a lock, recomputed from the chain's events alone, as the SDK's `verifyReceipt` does it, but page by
 * page: nothing is kept of a page that was applied, and the window goes on living between two.
 */
export async function verifyLock(
  client: Reader,
  { deployment }: Here,
  lock: LockId,
  onProgress: (part: number) => void,
  signal: AbortSignal,
): Promise<Verified> {
  const head = await client.getBlockNumber({ cacheTime: 0 });
  const from = BigInt(deployment.firstBlock);
  const pages = venueLogs(client, { address: deployment.clearinghouse, from, to: head, signal });
  const replay = replayOf(lock, deployment.tokenDecimals, venueKindOf(deployment));
  let events = 0;
  for await (const { logs, done } of pages) {
    for (const log of logs) {
      ++events;
      const receipt = replay.see(log);
      if (receipt !== undefined) return { receipt, events, head };
    }
    onProgress(Number(((done - from + 1n) * 1_000n) / (head - from + 1n)) / 1_000);
    await new Promise((resolve) => setTimeout(resolve));
    signal.throwIfAborted();
  }
  const receipt = replay.current();
  if (receipt === undefined) throw new MissedEvent(`lock ${lock.number} of group ${lock.group} is not in the events`);
  return { receipt, events, head };
}

/** Sees events in the chain's order; answers the receipt when the lock has ended. */
export function replayOf({ group, number }: LockId, tokenDecimals: number, kind?: VenueKind) {
  const venue = createVenue({ tokenDecimals, kind, reorgDepth: 0 });
  const verifier = new ReceiptVerifier(venue);
  return {
    see({ event, at }: Pick<VenueLog, "event" | "at">): Receipt | undefined {
      const done = verifier.see(event, at);
      if (done?.group === group && done.lock === number) return done;
      apply(venue, event, at);
      return undefined;
    },
    /** Of a lock that is not over. */
    current(): Receipt | undefined {
      const receipt = verifier.current(group as GroupId);
      return receipt?.lock === number ? receipt : undefined;
    },
  };
}

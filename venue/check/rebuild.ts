// SPDX-License-Identifier: MIT
import { headerAt, logsIn } from "../../sdk/client/chain/blocks.js";
import type { Rpc } from "../../sdk/client/chain/Rpc.js";
import { decodeVenueLog } from "../../sdk/client/decoding.js";
import type { Deployment } from "../../sdk/deployment.js";
import type { Receipt } from "../../sdk/receipt/Receipt.js";
import { ReceiptVerifier } from "../../sdk/receipt/ReceiptVerifier.js";
import { apply } from "../../sdk/state/apply.js";
import { createVenue, type Venue } from "../../sdk/state/Venue.js";
import type { EventKind } from "../../sdk/state/events.js";

/** The venue as the SDK rebuilds it from the chain's logs. */
export interface Rebuilt {
  readonly venue: Venue;
  readonly head: number;
  /** How often each event is among the logs. */
  readonly counts: ReadonlyMap<EventKind, number>;
  /** Of all locks that are over, recomputed; none of options. */
  readonly receipts: readonly Receipt[];
}

const PAGE = 2_000; // blocks

/** Reads all logs of the clearinghouse up to the head, and applies them one after another. */
export async function rebuild(
  rpc: Rpc,
  { clearinghouse, firstBlock, tokenDecimals, options }: Deployment,
): Promise<Rebuilt> {
  const head = (await headerAt(rpc, "latest"))!.number;
  const venue = createVenue({ tokenDecimals, kind: options === undefined ? "linear" : "options", reorgDepth: 0 });
  // Margin and gains of options are the lens's to tell: no receipt of theirs follows from events alone.
  const verifier = venue.kind === "linear" ? new ReceiptVerifier(venue) : undefined;
  const counts = new Map<EventKind, number>();
  const receipts: Receipt[] = [];
  let [block, timestamp] = [-1, 0n];
  for (let from = firstBlock; from <= head; from += PAGE) {
    for (const log of await logsIn(rpc, clearinghouse, from, Math.min(head, from + PAGE - 1))) {
      const event = decodeVenueLog(log);
      if (event === undefined) continue;
      if (log.block !== block) [block, timestamp] = [log.block, (await headerAt(rpc, log.block))!.timestamp];
      const at = { block, logIndex: log.logIndex, timestamp };
      const receipt = verifier?.see(event, at);
      if (receipt !== undefined) receipts.push(receipt);
      apply(venue, event, at);
      counts.set(event.kind, (counts.get(event.kind) ?? 0) + 1);
    }
  }
  return { venue, head, counts, receipts };
}

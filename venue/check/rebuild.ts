// SPDX-License-Identifier: MIT
import { Follower } from "../../sdk/client/Follower.js";
import { logsIn } from "../../sdk/client/chain/blocks.js";
import type { Rpc } from "../../sdk/client/chain/Rpc.js";
import { decodeVenueLog } from "../../sdk/client/decoding.js";
import type { Deployment } from "../../sdk/deployment.js";
import type { Venue } from "../../sdk/state/Venue.js";
import type { EventKind } from "../../sdk/state/events.js";

/** The venue as the SDK rebuilds it from the chain's logs, and how often each event is among them. */
export interface Rebuilt {
  readonly venue: Venue;
  readonly head: number;
  readonly counts: ReadonlyMap<EventKind, number>;
}

export async function rebuild(rpc: Rpc, { clearinghouse, firstBlock, tokenDecimals }: Deployment): Promise<Rebuilt> {
  const follower = new Follower(rpc, { clearinghouse, fromBlock: firstBlock, tokenDecimals });
  const { head } = await follower.sync();
  const counts = new Map<EventKind, number>();
  for (const log of await logsIn(rpc, clearinghouse, firstBlock, head)) {
    const event = decodeVenueLog(log);
    if (event !== undefined) counts.set(event.kind, (counts.get(event.kind) ?? 0) + 1);
  }
  return { venue: follower.venue, head, counts };
}

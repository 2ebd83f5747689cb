// SPDX-License-Identifier: MIT
import type { GroupId, VenueKind } from "../order.js";
import { apply } from "../state/apply.js";
import type { Place, VenueEvent } from "../state/events.js";
import { MissedEvent } from "../state/MissedEvent.js";
import { createVenue } from "../state/Venue.js";
import type { Receipt } from "./Receipt.js";
import { ReceiptVerifier } from "./ReceiptVerifier.js";

/**
 * The receipt of one lock, recomputed from all events since the deployment, in the chain's order; see ReceiptVerifier.
 * It holds when `faults` is empty. Of a lock that is not over, the receipt so far. Throws MissedEvent when the events
 * do not have the lock, LinearOnly when `kind` says that they are of a clearinghouse of options.
 */
export function verifyReceipt(
  history: Iterable<{ event: VenueEvent; at: Place }>,
  {
    group,
    lock,
    tokenDecimals,
    kind,
  }: { group: GroupId; lock: bigint; tokenDecimals: number; kind?: VenueKind | undefined },
): Receipt {
  const venue = createVenue({ tokenDecimals, kind, reorgDepth: 0 });
  const verifier = new ReceiptVerifier(venue);
  for (const { event, at } of history) {
    const done = verifier.see(event, at);
    if (done?.group === group && done.lock === lock) return done;
    apply(venue, event, at);
  }
  const current = verifier.current(group);
  if (current?.lock === lock) return current;
  throw new MissedEvent(`lock ${lock} of group ${group} is not in the events`);
}

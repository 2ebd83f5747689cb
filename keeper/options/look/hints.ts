// SPDX-License-Identifier: MIT
import type { NodeId } from "../../../sdk/level.js";
import { movedTo, quoteOf, seenAt } from "../../../sdk/margin/quote.js";
import { seriesHeld, seriesIndex, seriesOf, type SeriesId } from "../../../sdk/options/series.js";
import type { AccountId, GroupId } from "../../../sdk/order.js";
import { queueHint } from "../../../sdk/queue/hint.js";
import { marketIn } from "../../../sdk/state/lookup.js";
import { sizeOf } from "../../../sdk/state/position.js";
import type { Venue } from "../../../sdk/state/Venue.js";
import { price, size } from "../../../sdk/units.js";
import { heldIn } from "./heldIn.js";

const ONE = 10n ** 18n;

/** Places of what a fraction of an account's legs, 1e-18, makes of another account's, leg by leg. */
export type HintsFor = (account: AccountId, fraction: bigint) => readonly NodeId[];

/**
 * Near the places in the queues as they are now, at these marks, of which the perpetual's is the underlying's price:
 * levels of all series are as wide as those of the underlying, also where an option is worth nothing. Any other node
 * means the same; what is torn up to zero is not taken over, and has no hint.
 */
export function hintsFor(
  venue: Venue,
  group: GroupId,
  to: AccountId,
  marks: ReadonlyMap<SeriesId, bigint>,
  now: bigint,
): HintsFor {
  const legOf = (id: AccountId, series: SeriesId) => {
    const account = venue.accounts.get(id);
    return account?.group === group ? account.legs[Number(seriesIndex(series))] : undefined;
  };
  const spot = marks.get(seriesOf(group, { type: "perpetual" }));
  return (from, fraction) => {
    const hints: NodeId[] = [];
    if (spot === undefined) return hints;
    for (const series of seriesHeld(group, heldIn(venue, group, from))) {
      const market = marketIn(venue, series);
      const held = sizeOf(market, legOf(from, series));
      const mark = marks.get(series);
      if (held === 0n) continue;
      if (mark === undefined) return [];
      const quote = movedTo(quoteOf(market, seenAt(mark), now), price(spot));
      hints.push(queueHint(market, legOf(to, series), size((held * fraction) / ONE), price(mark), quote));
    }
    return hints;
  };
}

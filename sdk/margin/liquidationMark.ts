// SPDX-License-Identifier: MIT
import { countOf } from "../range.js";
import { MAX_MARK, MIN_MARK, price, type Price } from "../units.js";
import { groupIn } from "../state/lookup.js";
import type { Account, Venue } from "../state/Venue.js";
import { healthOf, quoteAt, withLeg } from "./health.js";
import { legOf } from "./leg.js";
import { movedTo, quoteOf, type Quote } from "./quote.js";

/**
 * The mark of the group's market `index`, nearest to the solvent side, at which the account is below maintenance margin
 * while all other marks stay, at the Unix time `now`: the highest for a long, the lowest for a short. Undefined: no
 * mark does that, or it has no position there.
 *
 * Equity less maintenance is linear in the mark up to rounding, so bisection ends at two neighbours of which the
 * contract's own arithmetic liquidates one; ILens.liquidationMark takes the same steps.
 */
export function liquidationMark(
  venue: Venue,
  account: Account,
  index: number,
  quotes: readonly Quote[],
  now: bigint,
): Price | undefined {
  const position = account.legs[countOf(index, "index of a market in its group")];
  const market = groupIn(venue, account.group).markets[index];
  if (position === undefined || market === undefined || legOf(market, position, quoteAt(quotes, index)).size === 0n)
    return undefined;
  const rest = healthOf(venue, account, quotes, index);
  // Of its own market: not worsened when stale.
  const quote = quoteOf(market, { ...quoteAt(quotes, index), fresh: true }, now);
  const fails = (mark: Price): boolean => {
    const at = movedTo(quote, mark);
    const { equity, maintenance } = withLeg(rest, legOf(market, position, at), at, market.parameters);
    return equity < maintenance;
  };
  let [failing, holding] = position.shares > 0n ? [MIN_MARK, MAX_MARK] : [MAX_MARK, MIN_MARK];
  if (!fails(failing)) return undefined;
  if (fails(holding)) return holding;
  while (holding - failing !== 1n && failing - holding !== 1n) {
    const middle = price((failing + holding) / 2n);
    if (fails(middle)) failing = middle;
    else holding = middle;
  }
  return failing;
}

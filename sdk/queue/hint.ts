// SPDX-License-Identifier: MIT
import { abs, ceilDiv, sameSide } from "../arithmetic.js";
import { levelUp, NO_NODE, rankOf, type NodeId } from "../level.js";
import { bigintOf, intOf } from "../range.js";
import { MAX_MARK, price, size, type Price, type Size } from "../units.js";
import { legOf } from "../margin/leg.js";
import type { Quote } from "../margin/quote.js";
import { sideOf } from "../state/lookup.js";
import { placeOf } from "../state/queue.js";
import type { Market, Position } from "../state/Venue.js";

/**
 * The node behind which a trade of `delta` at an average of `at` puts the account's position: the hint that makes
 * opening a level cheapest. Any other value changes gas, never the outcome. NO_NODE: it will be the head, or the
 * position only shrinks.
 */
export function queueHint(
  market: Market,
  position: Position | undefined,
  delta: Size,
  at: Price,
  quote: Quote,
): NodeId {
  intOf(delta, 128, "size traded");
  bigintOf(at, 0n, MAX_MARK, "average price");
  const leg = legOf(market, position, quote);
  const grown = size(leg.size + delta);
  if (grown === 0n || (sameSide(grown, leg.size) && abs(grown) <= abs(leg.size))) return NO_NODE;
  const longs = grown > 0n;
  const level = at - quote.mark + (longs ? quote.long : quote.short);
  const entry = price(longs ? level : -level);
  const rank = sameSide(leg.size, delta) ? average(leg.rank, abs(leg.size), entry, abs(delta)) : entry;
  const side = sideOf(market, longs);
  const place = placeOf(side, rankOf(levelUp(rank, quote.mark).level));
  return place === 0 ? NO_NODE : side.queue[place - 1]!.id;
}

/** The size-weighted average of two ranks, ceil: a lower gain. */
function average(a: Price, sizeA: Size, b: Price, sizeB: Size): Price {
  return price(ceilDiv(a * sizeA + b * sizeB, sizeA + sizeB));
}

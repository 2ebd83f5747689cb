// SPDX-License-Identifier: MIT
import { floorDiv, max, min, priceShareDown } from "../arithmetic.js";
import { MAX_MARK, MIN_MARK, money, price, type Money, type Price } from "../units.js";
import { FINE_UNIT, type Group, type Market, type Position } from "./state.js";

/** The marks that one operation uses in one market. Longs and shorts differ while stale, or with a charge to come. */
export interface Quote {
  readonly mark: Price;
  readonly long: Price;
  readonly short: Price;
  readonly anchor: Price;
  readonly recordedMark: Price;
  readonly fresh: boolean;
}

export function liveQuotes(group: Group): Quote[] {
  return group.markets.map((market) => {
    if (!market.stale) return quoteAt(market, market.mark);
    const quote = quoteAt(market, recordedMark(market));
    const shock = priceShareDown(quote.mark, market.parameters.staleShock);
    return { ...quote, long: price(quote.mark - shock), short: price(quote.mark + shock), fresh: false };
  });
}

/** The frozen marks of a locked group. */
export function recordedQuotes(group: Group): Quote[] {
  return group.markets.map((market) => quoteAt(market, recordedMark(market)));
}

/** As recorded, less a charge to come on each winning side. */
export function chargedQuotes(group: Group, charges: Price[]): Quote[] {
  return recordedQuotes(group).map((quote, index) => {
    const market = group.markets[index]!;
    const charge = charges[index]!;
    if (market.recordedMark > market.anchor) return { ...quote, long: price(quote.long - charge) };
    return { ...quote, short: price(quote.short + charge) };
  });
}

/** What a position is worth, floor. */
export function valueOf(position: Position, quote: Quote): Money {
  return money(floorDiv(position.fine * (position.fine > 0n ? quote.long : quote.short) - position.cost, FINE_UNIT));
}

function recordedMark(market: Market): Price {
  return max(MIN_MARK, min(MAX_MARK, market.recordedMark));
}

function quoteAt(market: Market, mark: Price): Quote {
  return { mark, long: mark, short: mark, anchor: market.anchor, recordedMark: market.recordedMark, fresh: true };
}

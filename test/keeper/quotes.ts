// SPDX-License-Identifier: MIT
import type { MarketQuote } from "../../keeper/scan/quote.js";
import { max, min, priceShareDown } from "../../sdk/arithmetic.js";
import { MAX_MARK, MIN_MARK, price, type Price } from "../../sdk/units.js";

/** What a quote is made of. `funding` has accrued to the time of the quote. */
export interface MarketInput {
  readonly funding: Price;
  readonly chargeLong: Price;
  readonly chargeShort: Price;
  /** The last recorded mark less funding: the frozen one in a lock, the final one of a settled market. */
  readonly recordedMark: Price;
  /** ppm. */
  readonly staleShock: bigint;
  readonly maintenance: bigint;
}

/** The quote at a fresh mark. */
export function quoteAt(market: MarketInput, mark: Price): MarketQuote {
  return {
    mark,
    long: price(mark - market.funding - market.chargeLong),
    short: price(mark - market.funding + market.chargeShort),
    fresh: true,
    maintenance: market.maintenance,
  };
}

/** The quote at the recorded mark: of a locked group, or of a settled market. */
export function recordedQuote(market: MarketInput): MarketQuote {
  return quoteAt(market, max(MIN_MARK, min(MAX_MARK, price(market.recordedMark + market.funding))));
}

/** The quote while the source is not fresh: the last mark, worsened for both sides. */
export function staleQuote(market: MarketInput): MarketQuote {
  const last = recordedQuote(market);
  const shock = priceShareDown(last.mark, market.staleShock);
  return { ...last, long: price(last.long - shock), short: price(last.short + shock), fresh: false };
}

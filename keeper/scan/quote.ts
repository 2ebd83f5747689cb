// SPDX-License-Identifier: MIT
import { max, min, priceShareDown } from "../../sdk/arithmetic.js";
import { price, type Price } from "../../sdk/units.js";

/** A market of a group as a margin test sees it. */
export interface MarketQuote {
  readonly mark: Price;
  /** The mark in the frame of each side: less funding and charges, worsened by the shock while the price is not fresh. */
  readonly long: Price;
  readonly short: Price;
  readonly fresh: boolean;
  /** Maintenance margin rate, ppm. */
  readonly maintenance: bigint;
}

/** What a quote is made of. `funding` has accrued to the time of the quote. */
export interface MarketInput {
  readonly funding: Price;
  readonly chargeLong: Price;
  readonly chargeShort: Price;
  /** The last recorded mark less funding: the frozen one in a lock, the final one of a settled market. */
  readonly candidate: Price;
  /** ppm. */
  readonly staleShock: bigint;
  readonly maintenance: bigint;
}

const MIN_MARK = price(10n ** 6n);
const MAX_MARK = price(10n ** 24n);

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
  return quoteAt(market, max(MIN_MARK, min(MAX_MARK, price(market.candidate + market.funding))));
}

/** The quote while the source is not fresh: the last mark, worsened for both sides. */
export function staleQuote(market: MarketInput): MarketQuote {
  const last = recordedQuote(market);
  const shock = priceShareDown(last.mark, market.staleShock);
  return { ...last, long: price(last.long - shock), short: price(last.short + shock), fresh: false };
}

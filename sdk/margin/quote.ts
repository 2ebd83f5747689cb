// SPDX-License-Identifier: MIT
import { priceShareDown } from "../arithmetic.js";
import { bigintOf, intOf } from "../range.js";
import { MAX_MARK, price, type Price } from "../units.js";
import { fundingAt } from "../state/funding.js";
import type { Market } from "../state/Venue.js";

/** What events do not tell of a market, as `lens.market` answers it. */
export interface Seen {
  readonly mark: bigint;
  readonly fresh: boolean;
  /** The recorded marks that a jump would be measured from, now and after the next advance, funding included. */
  readonly anchor: bigint;
  readonly recordedMark: bigint;
}

/** A fresh mark that no jump is measured from: for asking what would be if. */
export function seenAt(mark: bigint): Seen {
  return { mark, fresh: true, anchor: mark, recordedMark: mark };
}

/** A market's mark in one operation, and the mark in the frame of each side: mark less funding and charges. */
export interface Quote {
  readonly mark: Price;
  readonly long: Price;
  readonly short: Price;
  readonly anchor: Price;
  readonly recordedMark: Price;
  readonly fresh: boolean;
}

/**
 * The quote of a market at the Unix time `now`. A settled market has its final price whatever `mark` is. When the price
 * is not fresh, `mark` is the last recorded one (`lens.market` has it), and each side's is worsened by the market's
 * stale shock.
 */
export function quoteOf(market: Market, { mark, fresh, anchor, recordedMark }: Seen, now: bigint): Quote {
  const { settledAt, chargeLong, chargeShort, parameters } = market;
  const at = settledAt ?? price(bigintOf(mark, 0n, MAX_MARK, "mark"));
  const live = fresh || settledAt !== undefined;
  const shock = live ? 0n : priceShareDown(at, parameters.staleShock);
  const tilde = at - fundingAt(market, now);
  return {
    mark: at,
    long: price(tilde - chargeLong - shock),
    short: price(tilde + chargeShort + shock),
    anchor: price(intOf(anchor, 128, "anchor")),
    recordedMark: price(intOf(recordedMark, 128, "recorded mark")),
    fresh: live,
  };
}

/** The same quote at another mark. */
export function movedTo(quote: Quote, to: Price): Quote {
  const by = to - quote.mark;
  return { ...quote, mark: to, long: price(quote.long + by), short: price(quote.short + by) };
}

/** The same quote after a charge per unit of the side that `jump` favoured: longs when it is positive. */
export function chargedBy(quote: Quote, jump: bigint, charge: bigint): Quote {
  if (jump > 0n) return { ...quote, long: price(quote.long - charge) };
  return { ...quote, short: price(quote.short + charge) };
}

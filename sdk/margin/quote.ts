// SPDX-License-Identifier: MIT
import { priceShareDown } from "../arithmetic.js";
import { bigintOf } from "../range.js";
import { MAX_MARK, price, type Price } from "../units.js";
import { fundingAt } from "../state/funding.js";
import type { Market } from "../state/Venue.js";

/** A market's mark in one operation, and the mark in the frame of each side: mark less funding and charges. */
export interface Quote {
  readonly mark: Price;
  readonly long: Price;
  readonly short: Price;
  readonly fresh: boolean;
}

/**
 * The quote at `mark` and Unix time `now`. A settled market has its final price whatever `mark` is. When the price is not fresh, `mark` is
 * the last recorded one (`lens.market` has it), and each side's is worsened by the market's stale shock.
 */
export function quoteOf(market: Market, mark: Price, now: bigint, fresh = true): Quote {
  const { settledAt, chargeLong, chargeShort, parameters } = market;
  const at = settledAt ?? (bigintOf(mark, 0n, MAX_MARK, "mark") as Price);
  const live = fresh || settledAt !== undefined;
  const shock = live ? 0n : priceShareDown(at, parameters.staleShock);
  const tilde = at - fundingAt(market, now);
  return {
    mark: at,
    fresh: live,
    long: price(tilde - chargeLong - shock),
    short: price(tilde + chargeShort + shock),
  };
}

/** The same quote at another mark. */
export function movedTo({ mark, long, short, fresh }: Quote, to: Price): Quote {
  const by = to - mark;
  return { mark: to, long: price(long + by), short: price(short + by), fresh };
}

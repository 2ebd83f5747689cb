// SPDX-License-Identifier: MIT
import { priceShareDown } from "../arithmetic.js";
import type { Quote } from "../margin/quote.js";
import { price } from "../units.js";
import type { MarketView } from "../views.js";

/** The quote of a market as a lens sees it: what an operation in the same block would work with. */
export function quoteOfView(market: MarketView): Quote {
  const { mark, fresh, funding, chargeLong, chargeShort, anchor, recordedMark, params } = market;
  const shock = fresh ? 0n : priceShareDown(mark, params.staleShock);
  const tilde = mark - funding;
  return {
    mark,
    long: price(tilde - chargeLong - shock),
    short: price(tilde + chargeShort + shock),
    anchor,
    recordedMark,
    fresh,
  };
}

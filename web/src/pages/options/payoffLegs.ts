// SPDX-License-Identifier: MIT
import { seriesKind } from "../../../../sdk/options/series.js";
import type { MarketId } from "../../../../sdk/order.js";
import type { ChainView, TradeLeg } from "../../data/options/lens";
import type { PayoffLeg } from "./payoff";

const YEAR = 31_536_000;
const BASIS_UNIT = 1e5;
const VOL_UNIT = 1e4;

/** Legs as the drawing takes them: in floating point, which is good enough for pixels. */
export function payoffLegsOf(legs: readonly TradeLeg[], chain: ChainView): PayoffLeg[] {
  return legs.flatMap(({ series, size, price }) => {
    const kind = seriesKind(series as MarketId);
    const plain = { type: kind.type, size: Number(size) / 1e9, price: Number(price) / 1e18 };
    if (kind.type === "perpetual") return [{ ...plain, strike: 0, carry: 1, vol: 0, years: 0 }];
    const ladder = chain.ladders.find(({ place }) => Number(place) === kind.ladder);
    if (ladder === undefined) return [];
    const years = Math.max(0, ladder.expiry - chain.factors.time) / YEAR;
    const carry = 1 + Number(ladder.basis) / BASIS_UNIT;
    if (kind.type === "future") return [{ ...plain, strike: 0, carry, vol: 0, years }];
    const { strike, vol } = ladder.strikes[kind.strike]!;
    return [{ ...plain, strike: Number(strike) / 1e18, carry, vol: Number(vol) / VOL_UNIT, years }];
  });
}

// SPDX-License-Identifier: MIT
import { quantile } from "../../tools/statistics.js";
import { callAt, curveOf, hasArbitrage, smileOf } from "./smile.js";
import { YEAR, type Slice } from "./quotes.js";
import { varianceAt } from "./svi.js";

/** How far a fit is from quotes that it has not seen, in volatility points and in half spreads. */
export interface FitReport {
  readonly days: number;
  readonly slices: number;
  readonly quotes: number;
  readonly medianPoints: number;
  readonly p95Points: number;
  /** Part of the unseen quotes that the fit hits within bid and ask. */
  readonly within: number;
  /** Ladders of which removing arbitrage moved a volatility by more than 0.01 points. */
  readonly mended: number;
  readonly arbitrage: number;
}

/** Fits each slice to every second quote, and measures at the others. One report a distance to expiry, whole days. */
export function validate(slices: readonly Slice[]): FitReport[] {
  const byTerm = new Map<number, Slice[]>();
  for (const slice of slices) {
    const days = Math.round((slice.expiry - slice.time) / 86_400);
    byTerm.set(days, [...(byTerm.get(days) ?? []), slice]);
  }
  return [...byTerm].sort(([a], [b]) => a - b).map(([days, list]) => reportOf(days, list));
}

function reportOf(days: number, slices: readonly Slice[]): FitReport {
  const [points, spreads]: [number[], number[]] = [[], []];
  let [mended, arbitrage, used] = [0, 0, 0];
  for (const slice of slices) {
    const seen = { ...slice, quotes: slice.quotes.filter((_, i) => i % 2 === 0) };
    if (seen.quotes.length < 5) continue;
    ++used;
    const years = (slice.expiry - slice.time) / YEAR;
    const svi = curveOf(seen);
    for (const { strike, vol, half } of slice.quotes.filter((_, i) => i % 2 === 1)) {
      const fitted = Math.sqrt(Math.max(0, varianceAt(svi, Math.log(strike / slice.forward))) / years);
      points.push(100 * Math.abs(fitted - vol));
      spreads.push(Math.abs(fitted - vol) / half);
    }
    const smile = smileOf(slice, ladderOf(slice));
    if (smile.moved > 1e-4) ++mended;
    const prices = smile.strikes.map((strike, i) => callAt(slice.forward, strike, smile.vols[i]!, years));
    // A volatility rounded to 1e-4 moves a price by up to its vega of that.
    const slack = (slice.forward * Math.sqrt(years) * 1e-4) / (smile.strikes[1]! - smile.strikes[0]!);
    if (hasArbitrage(smile.strikes, prices, slack)) ++arbitrage;
  }
  return {
    days,
    slices: used,
    quotes: points.length,
    medianPoints: quantile(points, 0.5),
    p95Points: quantile(points, 0.95),
    within: spreads.filter((spread) => spread <= 1).length / spreads.length,
    mended,
    arbitrage,
  };
}

/** 15 strikes around the forward, over two deviations to each side. */
export function ladderOf(slice: Pick<Slice, "forward" | "time" | "expiry" | "quotes">): number[] {
  const years = (slice.expiry - slice.time) / YEAR;
  const near = slice.quotes.reduce((best, quote) =>
    Math.abs(quote.strike - slice.forward) < Math.abs(best.strike - slice.forward) ? quote : best,
  );
  const step = nice((2 * near.vol * Math.sqrt(years) * slice.forward) / 7);
  const middle = Math.round(slice.forward / step) * step;
  return Array.from({ length: 15 }, (_, i) => middle + (i - 7) * step).filter((strike) => strike > 0);
}

/** The nearest of 1, 2, 2.5 and 5 times a power of ten. */
function nice(x: number): number {
  const power = 10 ** Math.floor(Math.log10(x));
  const candidates = [1, 2, 2.5, 5, 10].map((n) => n * power);
  return candidates.reduce((best, each) => (Math.abs(each - x) < Math.abs(best - x) ? each : best));
}

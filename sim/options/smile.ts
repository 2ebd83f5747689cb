// SPDX-License-Identifier: MIT
import { black, deviationOf } from "./black.js";
import { YEAR, type Slice } from "./quotes.js";
import { fitSvi, varianceAt, type Svi } from "./svi.js";

/** Volatilities of a ladder's strikes, as a report has them: rounded to 1e-4. */
export interface Smile {
  readonly strikes: readonly number[];
  readonly vols: readonly number[];
  /** Largest change that removing arbitrage made to a volatility. */
  readonly moved: number;
}

const UNIT = 1e-4;
const [LOWEST, HIGHEST] = [0.05, 4];

/** The curve of a slice: raw SVI in total variance, each quote weighted by how narrow it is and by its vega. */
export function curveOf({ time, expiry, forward, quotes }: Slice): Svi {
  const years = (expiry - time) / YEAR;
  return fitSvi(
    quotes.map(({ strike, vol, half }) => {
      const k = Math.log(strike / forward);
      const deviation = vol * Math.sqrt(years);
      const bell = Math.exp(-((k / deviation) ** 2) / 2);
      // Of the variance, a vol's half spread is 2 * vol * years of it.
      return { k, variance: deviation ** 2, weight: bell / (2 * vol * years * half) ** 2 };
    }),
  );
}

/** The smile of a ladder with these strikes, without arbitrage between them. */
export function smileOf(slice: Slice, strikes: readonly number[]): Smile {
  const { forward } = slice;
  const years = (slice.expiry - slice.time) / YEAR;
  const svi = curveOf(slice);
  const wanted = strikes.map((strike) => {
    const variance = Math.max(0, varianceAt(svi, Math.log(strike / forward)));
    return Math.min(HIGHEST, Math.max(LOWEST, Math.sqrt(variance / years)));
  });
  const prices = convex(
    strikes,
    strikes.map((strike, i) => callAt(forward, strike, wanted[i]!, years)),
  );
  const vols = prices.map((price, i) => {
    const deviation = deviationOf(price, { forward, strike: strikes[i]!, isCall: true });
    const vol = deviation === undefined ? wanted[i]! : deviation / Math.sqrt(years);
    return Math.round(Math.min(HIGHEST, Math.max(LOWEST, vol)) / UNIT) * UNIT;
  });
  return { strikes, vols, moved: Math.max(...vols.map((vol, i) => Math.abs(vol - wanted[i]!))) };
}

/** Do prices of calls fall and bend upwards along the strikes, but for `slack`? */
export function hasArbitrage(strikes: readonly number[], prices: readonly number[], slack = 0): boolean {
  const slopes = prices.slice(1).map((price, i) => (price - prices[i]!) / (strikes[i + 1]! - strikes[i]!));
  if (slopes.some((slope) => slope > slack || slope < -1 - slack)) return true;
  return slopes.slice(1).some((slope, i) => slope < slopes[i]! - slack);
}

export function callAt(forward: number, strike: number, vol: number, years: number): number {
  return black({ forward, strike, deviation: vol * Math.sqrt(years), isCall: true });
}

/**
 * The nearest prices whose slopes lie between -1 and 0 and rise: slopes that fall are pooled (Ayer et al. 1955), which
 * is least squares in the slopes; the first price stays.
 */
function convex(strikes: readonly number[], prices: readonly number[]): number[] {
  const pools: { slope: number; width: number; count: number }[] = [];
  for (let i = 1; i < prices.length; ++i) {
    const width = strikes[i]! - strikes[i - 1]!;
    pools.push({ slope: (prices[i]! - prices[i - 1]!) / width, width, count: 1 });
    while (pools.length > 1 && pools.at(-2)!.slope > pools.at(-1)!.slope) {
      const [low, high] = pools.splice(-2) as [(typeof pools)[0], (typeof pools)[0]];
      const both = low.width + high.width;
      const slope = (low.slope * low.width + high.slope * high.width) / both;
      pools.push({ slope, width: both, count: low.count + high.count });
    }
  }
  const slopes = pools.flatMap(({ slope, count }) => Array<number>(count).fill(Math.min(0, Math.max(-1, slope))));
  const result = [prices[0]!];
  slopes.forEach((slope, i) => result.push(result[i]! + slope * (strikes[i + 1]! - strikes[i]!)));
  return result;
}

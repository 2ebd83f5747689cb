// SPDX-License-Identifier: MIT
import { normal, type Random } from "../../tools/random.js";
import { YEAR, slicesOf, type Quote, type Slice } from "./quotes.js";

const DAY = 86_400;

/** What the quotes are drawn around. All of it is made up. */
export interface Drawn {
  readonly start: number;
  readonly spot: number;
  /** Volatility at the money and its own volatility, a year. */
  readonly level: number;
  readonly volOfVol: number;
  readonly days: number;
  readonly daysToExpiry: readonly number[];
}

export const MADE_UP: Drawn = {
  start: Date.UTC(2025, 0, 3, 8) / 1_000,
  spot: 100_000,
  level: 0.55,
  volOfVol: 1.2,
  days: 250,
  daysToExpiry: [7, 14, 28, 91],
};

/**
 * A market of options that never was: spot with jumps, a level that rises when spot falls, smiles with skew and wings
 * that flatten with the term, and quotes around them, as wide as such quotes are, each off by a third of its half
 * spread.
 */
export function drawQuotes(random: Random, drawn: Drawn = MADE_UP): Slice[] {
  const quotes: Quote[] = [];
  let { spot, level } = drawn;
  for (let day = 0; day < drawn.days; ++day) {
    const time = drawn.start + day * DAY;
    for (const days of drawn.daysToExpiry) quotes.push(...ofExpiry(random, time, time + days * DAY, spot, level));
    const jump = random() < 0.02 ? (random() < 0.7 ? -1 : 1) * -Math.log(1 - random()) * 0.05 : 0;
    const move = (level / Math.sqrt(365)) * normal(random) + jump;
    const own = (drawn.volOfVol / Math.sqrt(365)) * normal(random);
    spot *= Math.exp(move);
    level *= Math.exp(0.7 * own - 2.5 * move + 0.02 * Math.log(drawn.level / level));
    level = Math.min(2.5, Math.max(0.2, level));
  }
  return slicesOf(quotes);
}

function ofExpiry(random: Random, time: number, expiry: number, spot: number, level: number): Quote[] {
  const years = (expiry - time) / YEAR;
  const forward = spot * (1 + 0.08 * years);
  const wide = level * Math.sqrt(years);
  const quotes: Quote[] = [];
  for (let i = -12; i <= 12; ++i) {
    const strike = niceStrike(forward * Math.exp((i / 5) * wide));
    const x = Math.log(strike / forward) / wide;
    const vol = level * (1 - 0.06 * x + 0.035 * x * x) * (1 + 0.02 / Math.sqrt(years * 12));
    const half = 0.004 + 0.004 * x * x;
    const mid = Math.max(0.06, vol + (half / 3) * normal(random));
    quotes.push({ time, expiry, strike, isCall: strike >= forward, forward, vol: mid, half });
  }
  return quotes.filter(({ strike }, i) => i === 0 || strike !== quotes[i - 1]!.strike);
}

function niceStrike(price: number): number {
  const step = 10 ** (Math.floor(Math.log10(price)) - 2);
  return Math.round(price / step) * step;
}

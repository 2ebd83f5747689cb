// SPDX-License-Identifier: MIT
import { seeded, type Random } from "../../scripts/scenario/random.js";
import type { PriceRow } from "../replay/input.js";

/**
 * A made-up market: log price with Heston's square-root variance and Merton's jumps (Bates 1996), Euler steps of a minute with full truncation.
 * Chosen round, to look like a large crypto asset; no history was fitted.
 */
export interface Path {
  asset: string;
  start: number;
  /** A year: mean variance, and how fast it returns; volatility of variance; correlation with the price. */
  variance: number;
  reversion: number;
  volOfVol: number;
  correlation: number;
  /** Jumps a year; mean and deviation of their logarithm. */
  jumps: number;
  jumpMean: number;
  jumpDeviation: number;
}

const COMMON = { reversion: 6, correlation: -0.5, jumpMean: -0.005 };
export const PATHS: readonly Path[] = [
  { ...COMMON, asset: "BTC", start: 112_000, variance: 0.25, volOfVol: 1.5, jumps: 150, jumpDeviation: 0.012 },
  { ...COMMON, asset: "SOL", start: 185, variance: 0.64, volOfVol: 2.2, jumps: 200, jumpDeviation: 0.02 },
];

const MINUTE = 60;
const YEAR = 365 * 86_400;
const BEGIN = Date.UTC(2025, 0, 1) / 1000;

export function syntheticPrices(days: number, seed: number): PriceRow[] {
  return PATHS.flatMap((path, index) => walk(path, days, seeded(seed * 1_000 + index)));
}

function walk(path: Path, days: number, random: Random): PriceRow[] {
  const step = MINUTE / YEAR;
  const rows: PriceRow[] = [];
  let [log, variance] = [Math.log(path.start), path.variance];
  for (let minute = 0; minute <= days * 1_440; ++minute) {
    rows.push({ time: BEGIN + minute * MINUTE, asset: path.asset, mark: Math.exp(log) });
    const [a, b] = normals(random);
    const held = Math.max(0, variance);
    const shock = Math.sqrt(held * step);
    log += -0.5 * held * step + shock * a;
    const own = path.correlation * a + Math.sqrt(1 - path.correlation ** 2) * b;
    variance += path.reversion * (path.variance - held) * step + path.volOfVol * shock * own;
    if (random() < path.jumps * step) log += path.jumpMean + path.jumpDeviation * normals(random)[0];
  }
  return rows;
}

/** Two independent standard normals (Box and Muller). */
function normals(random: Random): [number, number] {
  const radius = Math.sqrt(-2 * Math.log(1 - random()));
  const angle = 2 * Math.PI * random();
  return [radius * Math.cos(angle), radius * Math.sin(angle)];
}

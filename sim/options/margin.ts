// SPDX-License-Identifier: MIT
import { YEAR } from "./quotes.js";
import { markOf, type Factors, type Series } from "./series.js";

/** How margin is measured: DESIGN's defaults, as docs/parameters.md has them. Parts of one. */
export interface Rules {
  readonly scan: number;
  readonly extreme: number;
  readonly extremeShare: number;
  readonly volUp: number;
  readonly volDown: number;
  readonly volPower: number;
  readonly maintenance: number;
  readonly shortMinimum: number;
  readonly basisMove: number;
}

export const RULES: Rules = {
  scan: 0.16,
  extreme: 0.48,
  extremeShare: 1 / 3,
  volUp: 0.45,
  volDown: 0.3,
  volPower: 0.3,
  maintenance: 0.75,
  shortMinimum: 0.005,
  basisMove: 0.05,
};

export interface Leg {
  /** Index of the series. */
  readonly series: number;
  /** Contracts; negative: short. */
  size: number;
}

const MONTH = 30 / 365;
const MOVES = [0, 1 / 3, -1 / 3, 2 / 3, -2 / 3, 1, -1];

/** What one contract gains in each of the 16 scenarios. */
export function scenariosOf(series: Series, now: Factors, rules: Rules): number[] {
  const mark = markOf(series, now);
  const years = Math.max(1 / 8_760, (series.expiry - now.time) / YEAR);
  const scale = (MONTH / years) ** rules.volPower;
  const at = (move: number, vol: number) =>
    markOf(series, { ...now, spot: now.spot * (1 + move), level: now.level * vol }) - mark;
  const inside = MOVES.flatMap((part) => [
    at(part * rules.scan, 1 + rules.volUp * scale),
    at(part * rules.scan, Math.max(0.05, 1 - rules.volDown * scale)),
  ]);
  return [...inside, at(rules.extreme, 1) * rules.extremeShare, at(-rules.extreme, 1) * rules.extremeShare];
}

/**
 * Initial margin of a portfolio: its worst scenario, at least the minimum of the calls and puts that it is short on
 * balance, and what bases may move: of each expiry's delta, between the least moves up and down.
 */
export function initialOf(
  legs: readonly Leg[],
  all: readonly Series[],
  arrays: readonly (readonly number[])[],
  now: Factors,
  rules: Rules,
): number {
  const sums = Array<number>(16).fill(0);
  const slopes = new Map<number, number>();
  let [calls, puts] = [0, 0];
  for (const { series, size } of legs) {
    const { kind, expiry } = all[series]!;
    const gains = arrays[series]!;
    gains.forEach((gain, i) => (sums[i]! += size * gain));
    if (kind === "perpetual") continue;
    const [up, upLow, down, downLow] = gains.slice(2, 6) as [number, number, number, number];
    slopes.set(expiry, (slopes.get(expiry) ?? 0) + size * (up + upLow - down - downLow));
    if (kind === "call") calls += size;
    if (kind === "put") puts += size;
  }
  const short = Math.max(0, -calls) + Math.max(0, -puts);
  const basis = [...slopes].reduce((sum, [expiry, slope]) => {
    const years = Math.max(0, expiry - now.time) / YEAR;
    // Four scenarios, two apart by two thirds of the scan range.
    return sum + (Math.abs(slope) / ((4 * rules.scan) / 3)) * rules.basisMove * years;
  }, 0);
  return Math.max(0, -Math.min(...sums), short * rules.shortMinimum * now.spot) + basis;
}

/** The same as if each leg stood alone: what margins without netting ask. */
export function separateOf(
  legs: readonly Leg[],
  all: readonly Series[],
  arrays: readonly (readonly number[])[],
  now: Factors,
  rules: Rules,
): number {
  return legs.reduce((sum, leg) => sum + initialOf([leg], all, arrays, now, rules), 0);
}

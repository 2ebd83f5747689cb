// SPDX-License-Identifier: MIT
import { quantileSorted } from "simple-statistics";
import { seeded } from "../../tools/random.js";
import { YEAR } from "./generate.js";
import type { Moves } from "./moves.js";
import { fitPareto, quantileOfPareto } from "./pareto.js";
import type { ReturnLevel } from "./result.js";
import { MIN_TAIL, beyond, fitTail, levelOf, type Tail } from "./tail.js";

const RESAMPLES = 200;
const DAY = 86_400;

/**
 * Moves a year that make a tail: what happens once a week and less often. A tail that begins earlier is one of ordinary
 * noise, and misses jumps.
 */
export const TAIL_RATE = 52;

export function tailOf({ move, horizon }: Moves, rate = TAIL_RATE): Tail {
  const years = move.length === 0 ? 0 : (move.length * horizon) / YEAR;
  return fitTail(move, Math.max(MIN_TAIL, Math.round(rate * years)));
}

/** Windows of a horizon in a year. */
export function windowsAYear(horizon: number): number {
  return YEAR / horizon;
}

/** How many windows a year exceed `move`. Clusters are not merged, so what depends on it is on the safe side. */
export function perYear(tail: Tail, horizon: number, move: number): number {
  return beyond(tail, move) * windowsAYear(horizon);
}

/** The move that `times` windows a year exceed. */
export function yearlyLevel(tail: Tail, horizon: number, times: number): number {
  return levelOf(tail, Math.min(1, times / windowsAYear(horizon)));
}

/** The expected number a year with this chance of at least one, were they independent. */
export function rateOf(chance: number): number {
  return -Math.log1p(-chance);
}

/** Yearly levels and their middle 90% over resampled days: whole days, because moves cluster. */
export function returnLevels(moves: Moves, tail: Tail, rates: readonly number[], seed: number): ReturnLevel[] {
  const days = excessesByDay(moves, tail.threshold);
  const random = seeded(seed);
  const drawn = rates.map(() => new Float64Array(RESAMPLES));
  const windows = tail.sorted.length;
  for (let resample = 0; resample < RESAMPLES; ++resample) {
    const list = Array.from({ length: days.length }, () => days[Math.floor(random() * days.length)]!).flat();
    const fit = list.length < 30 ? tail : fitPareto(list);
    rates.forEach((rate, i) => {
      const share = rate / windowsAYear(moves.horizon) / (list.length / windows);
      drawn[i]![resample] = tail.threshold + (share >= 1 ? 0 : quantileOfPareto(fit, share));
    });
  }
  return rates.map((rate, i) => {
    const sorted = [...drawn[i]!.sort()];
    const [low, high] = [quantileSorted(sorted, 0.05), quantileSorted(sorted, 0.95)];
    return { perYear: rate, move: yearlyLevel(tail, moves.horizon, rate), low, high };
  });
}

function excessesByDay({ at, move }: Moves, threshold: number): number[][] {
  const days = new Map<number, number[]>();
  at.forEach((time, i) => {
    const day = Math.floor(time / DAY);
    const list = days.get(day) ?? [];
    days.set(day, list);
    if (move[i]! > threshold) list.push(move[i]! - threshold);
  });
  return [...days.values()];
}

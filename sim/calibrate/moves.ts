// SPDX-License-Identifier: MIT
import type { PriceRow } from "../replay/input.js";

/** The largest moves of a market, as parts of the mark from which they began, an hour each. */
export interface Moves {
  /** Unix seconds at which each hour begins. */
  hours: number[];
  largest: number[];
}

/** Prices too far apart for the question. */
export class TooCoarse extends Error {}

const HOUR = 3_600;

/** The largest move, up or down, over `horizon` seconds that ends within each hour. A price holds until the next. */
export function hourlyMoves(rows: readonly PriceRow[], horizon: number): Moves {
  const sorted = [...rows].sort((a, b) => a.time - b.time);
  const gaps = sorted.slice(1).map(({ time }, index) => time - sorted[index]!.time);
  const typical = [...gaps].sort((a, b) => a - b)[Math.floor(gaps.length / 2)] ?? Infinity;
  if (typical > horizon) {
    throw new TooCoarse(`prices are ${typical} s apart, a move over ${horizon} s cannot be seen in them`);
  }
  const byHour = new Map<number, number>();
  let from = 0;
  let low: number[] = [];
  let high: number[] = [];
  for (let at = 0; at < sorted.length; ++at) {
    const { time, mark } = sorted[at]!;
    // The price that held at the beginning of the horizon stays in it.
    while (from + 1 < at && sorted[from + 1]!.time <= time - horizon) ++from;
    low = kept(low, sorted, at, from, (a, b) => a <= b);
    high = kept(high, sorted, at, from, (a, b) => a >= b);
    const fall = 1 - mark / sorted[high[0]!]!.mark;
    const rise = mark / sorted[low[0]!]!.mark - 1;
    const hour = Math.floor(time / HOUR) * HOUR;
    byHour.set(hour, Math.max(byHour.get(hour) ?? 0, fall, rise));
  }
  return { hours: [...byHour.keys()], largest: [...byHour.values()] };
}

/** The indices of a sliding extreme, best first. */
function kept(
  queue: number[],
  rows: readonly PriceRow[],
  at: number,
  from: number,
  better: (a: number, b: number) => boolean,
): number[] {
  while (queue.length > 0 && better(rows[at]!.mark, rows[queue.at(-1)!]!.mark)) queue.pop();
  queue.push(at);
  while (queue[0]! < from) queue.shift();
  return queue;
}

// SPDX-License-Identifier: MIT
import {
  beyondPareto,
  excessOfPareto,
  fitPareto,
  fitParetoByMoments,
  quantileOfPareto,
  TailError,
  type Pareto,
} from "./pareto.js";

/** Peaks over a threshold: all moves sorted, and a Pareto distribution of what exceeds the threshold. */
export interface Tail extends Pareto {
  /** Ascending. */
  sorted: Float64Array;
  threshold: number;
  exceedances: number;
  /** Asymptotic standard error of the shape. */
  shapeError: number;
  moments: Pareto;
}

/** A tail of fewer is a guess. */
export const MIN_TAIL = 50;

/** The `count` largest moves as a tail. */
export function fitTail(moves: ArrayLike<number>, count: number): Tail {
  const sorted = Float64Array.from(moves).sort();
  if (!(4 * count <= sorted.length)) {
    throw new TailError(`${sorted.length} moves are too few for a tail of ${count}`);
  }
  const threshold = sorted[sorted.length - 1 - count]!;
  const excesses = sorted.subarray(sorted.length - count).filter((move) => move > threshold);
  for (let i = 0; i < excesses.length; ++i) excesses[i]! -= threshold;
  const fit = fitPareto(excesses);
  return {
    ...fit,
    sorted,
    threshold,
    exceedances: excesses.length,
    shapeError: (1 + fit.shape) / Math.sqrt(excesses.length),
    moments: fitParetoByMoments(excesses),
  };
}

/** P(move > x): counted up to the threshold, fitted beyond it. */
export function beyond(tail: Tail, x: number): number {
  if (x < tail.threshold) return 1 - countUpTo(tail.sorted, x) / tail.sorted.length;
  return shareBeyond(tail) * beyondPareto(tail, x - tail.threshold);
}

/** The move that is exceeded with probability `share`. */
export function levelOf(tail: Tail, share: number): number {
  if (share >= shareBeyond(tail)) return historicalLevel(tail, share);
  return tail.threshold + quantileOfPareto(tail, share / shareBeyond(tail));
}

/** E[(move - x)+]. */
export function expectedExcess(tail: Tail, x: number): number {
  if (x < tail.threshold) return historicalExcess(tail, x);
  return shareBeyond(tail) * excessOfPareto(tail, x - tail.threshold);
}

/** The mean of the moves beyond the level of `share`: expected shortfall. */
export function shortfallOf(tail: Tail, share: number): number {
  const level = levelOf(tail, share);
  return level + expectedExcess(tail, level) / share;
}

export function historicalLevel({ sorted }: Tail, share: number): number {
  return sorted[Math.min(sorted.length - 1, Math.max(0, Math.ceil((1 - share) * sorted.length) - 1))]!;
}

export function historicalExcess({ sorted }: Tail, x: number): number {
  let sum = 0;
  for (let i = sorted.length - 1; i >= 0 && sorted[i]! > x; --i) sum += sorted[i]! - x;
  return sum / sorted.length;
}

/** The mean of the `share` largest moves. */
export function historicalShortfall({ sorted }: Tail, share: number): number {
  const count = Math.max(1, Math.round(share * sorted.length));
  let sum = 0;
  for (const move of sorted.subarray(sorted.length - count)) sum += move;
  return sum / count;
}

function shareBeyond({ sorted, exceedances }: Tail): number {
  return exceedances / sorted.length;
}

function countUpTo(sorted: Float64Array, x: number): number {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (sorted[middle]! <= x) low = middle + 1;
    else high = middle;
  }
  return low;
}

// SPDX-License-Identifier: MIT

/**
 * A generalized Pareto distribution of excesses: P(Y > y) = (1 + shape * y / scale) ^ (-1 / shape); exponential for
 * shape 0.
 */
export interface Pareto {
  shape: number;
  scale: number;
}

/** Too little to fit a tail; the message says what is missing. */
export class TailError extends Error {}

const MIN = 30;
const GRID = 120;
const MIN_SHAPE = -0.5; // below it the likelihood has no useful maximum
const GOLDEN = (Math.sqrt(5) - 1) / 2;

/**
 * By maximum likelihood, penalised as by Coles and Dixon (Extremes 2, 1999): shapes near one, whose mean is infinite,
 * count as ever less likely. With few excesses this keeps a fit from running away; with many it is nothing. For a fixed
 * ratio t = shape / scale the best shape is the mean of ln(1 + t y), so that one variable is left (Grimshaw,
 * Technometrics 35, 1993): a grid finds its neighbourhood and golden sections the place.
 */
export function fitPareto(excesses: ArrayLike<number>): Pareto {
  const { mean, max } = sums(excesses);
  const likelihood = (t: number) => {
    const shape = shapeOf(excesses, t);
    if (shape < MIN_SHAPE) return -Infinity;
    return -(Math.log(Math.abs(t) < 1e-9 / mean ? mean : shape / t) + shape + 1) - penalty(shape) / excesses.length;
  };
  // t rises from just above -1 / most, where the tail ends at the largest excess, over zero to a very heavy tail.
  const low = -1 / max;
  const points = Array.from({ length: GRID }, (_, i) => low + (10 ** (-4 + (6 * i) / (GRID - 1)) + 1e-9) / mean);
  const values = points.map(likelihood);
  const best = values.indexOf(values.reduce((a, b) => Math.max(a, b)));
  const t = peak(likelihood, points[Math.max(0, best - 1)]!, points[Math.min(GRID - 1, best + 1)]!);
  const shape = shapeOf(excesses, t);
  return { shape, scale: Math.abs(t) < 1e-9 / mean ? mean : shape / t };
}

/**
 * By probability-weighted moments (Hosking and Wallis, Technometrics 29, 1987): a second opinion, good for shapes below
 * one half.
 */
export function fitParetoByMoments(excesses: ArrayLike<number>): Pareto {
  const { mean } = sums(excesses);
  const sorted = Float64Array.from(excesses).sort();
  let weighted = 0;
  sorted.forEach((value, i) => (weighted += ((sorted.length - i - 1 + 0.35) / sorted.length) * value));
  weighted /= sorted.length;
  const difference = mean - 2 * weighted;
  return { shape: 2 - mean / difference, scale: (2 * mean * weighted) / difference };
}

/** P(Y > y). */
export function beyondPareto({ shape, scale }: Pareto, y: number): number {
  if (y <= 0) return 1;
  if (Math.abs(shape) < 1e-9) return Math.exp(-y / scale);
  return Math.max(0, 1 + (shape * y) / scale) ** (-1 / shape);
}

/** The y that is exceeded with probability `share`. */
export function quantileOfPareto({ shape, scale }: Pareto, share: number): number {
  if (Math.abs(shape) < 1e-9) return -scale * Math.log(share);
  return (scale / shape) * (share ** -shape - 1);
}

/** E[(Y - y)+]: infinite for shapes of one and more. */
export function excessOfPareto(pareto: Pareto, y: number): number {
  const { shape, scale } = pareto;
  if (shape >= 1) return Infinity;
  return (beyondPareto(pareto, y) * Math.max(0, scale + shape * y)) / (1 - shape);
}

/** Minus the logarithm of Coles' and Dixon's factor. */
export function penalty(shape: number): number {
  if (shape <= 0) return 0;
  return shape >= 1 ? Infinity : 1 / (1 - shape) - 1;
}

function shapeOf(excesses: ArrayLike<number>, t: number): number {
  let sum = 0;
  for (let i = 0; i < excesses.length; ++i) sum += Math.log1p(t * excesses[i]!);
  return sum / excesses.length;
}

function peak(f: (x: number) => number, from: number, to: number): number {
  let [a, b] = [from, to];
  for (let i = 0; i < 40; ++i) {
    const step = GOLDEN * (b - a);
    if (f(b - step) < f(a + step)) a = b - step;
    else b = a + step;
  }
  return (a + b) / 2;
}

function sums(excesses: ArrayLike<number>): { mean: number; max: number } {
  if (excesses.length < MIN) {
    throw new TailError(`a tail needs at least ${MIN} moves beyond the threshold, not ${excesses.length}`);
  }
  let [sum, max] = [0, 0];
  for (let i = 0; i < excesses.length; ++i) {
    const value = excesses[i]!;
    if (!(value > 0)) throw new TailError(`an excess must be above zero, not ${value}`);
    sum += value;
    max = Math.max(max, value);
  }
  return { mean: sum / excesses.length, max };
}

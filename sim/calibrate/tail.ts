// SPDX-License-Identifier: MIT

/**
 * The generalized Pareto tail of a sample beyond a threshold (peaks over threshold), fitted by probability-weighted moments: Hosking and Wallis,
 * Technometrics 29 (1987). They need a shape below 1/2 to be efficient and below 1 to exist.
 */
export interface Tail {
  /** The threshold; scale and shape of what lies beyond it. Units of the sample; a shape above zero is a power law. */
  threshold: number;
  scale: number;
  shape: number;
  /** How many of the sample lie beyond. */
  exceedances: number;
  sample: number;
}

/** A sample from which nothing can be said about the tail. */
export class SampleTooSmall extends Error {}

const LEAST = 30;

/** `share`: of the sample, that lies beyond the threshold. */
export function fitTail(sample: readonly number[], share: number): Tail {
  const sorted = [...sample].sort((a, b) => a - b);
  const count = Math.floor(sorted.length * share);
  if (count < LEAST) {
    throw new SampleTooSmall(
      `${sorted.length} values have only ${count} in their tail of ${share}; ${LEAST} are needed`,
    );
  }
  const threshold = sorted[sorted.length - count - 1]!;
  const beyond = sorted.slice(-count).map((value) => value - threshold);
  const mean = beyond.reduce((sum, value) => sum + value, 0) / count;
  const weighted = beyond.reduce((sum, value, index) => sum + (1 - (index + 0.65) / count) * value, 0) / count;
  const spread = mean - 2 * weighted;
  if (!(spread > 0)) throw new SampleTooSmall("the values of the tail are all alike");
  const scale = (2 * mean * weighted) / spread;
  return { threshold, scale, shape: 2 - mean / spread, exceedances: count, sample: sorted.length };
}

/** What is exceeded with the chance `chance` in one draw; at most the threshold's own chance. */
export function quantileOf({ threshold, scale, shape, exceedances, sample }: Tail, chance: number): number {
  const times = exceedances / (sample * chance);
  if (times < 1) throw new RangeError(`a chance of ${chance} lies below the threshold`);
  if (Math.abs(shape) < 1e-9) return threshold + scale * Math.log(times);
  return threshold + (scale / shape) * (times ** shape - 1);
}

/** The mean of what exceeds that quantile. Infinite for shapes of 1 and above. */
export function shortfallOf(tail: Tail, chance: number): number {
  const { threshold, scale, shape } = tail;
  return shape >= 1 ? Infinity : (quantileOf(tail, chance) + scale - shape * threshold) / (1 - shape);
}

/** The chance to exceed a level at or beyond the threshold, in one draw. */
export function chanceOf({ threshold, scale, shape, exceedances, sample }: Tail, level: number): number {
  const beyond = Math.max(0, level - threshold) / scale;
  const survival = Math.abs(shape) < 1e-9 ? Math.exp(-beyond) : Math.max(0, 1 + shape * beyond) ** (-1 / shape);
  return (exceedances / sample) * survival;
}

/** E[(x - level)+] of one draw, for a level at or beyond the threshold. */
export function excessOf(tail: Tail, level: number): number {
  const { threshold, scale, shape } = tail;
  if (shape >= 1) return Infinity;
  const mean = (scale + shape * Math.max(0, level - threshold)) / (1 - shape);
  return chanceOf(tail, level) * Math.max(0, mean);
}

/** The mean of the largest `chance` of a sample, by counting. */
export function historicalShortfall(sample: readonly number[], chance: number): number {
  const count = Math.max(1, Math.round(sample.length * chance));
  const largest = [...sample].sort((a, b) => b - a).slice(0, count);
  return largest.reduce((sum, value) => sum + value, 0) / count;
}

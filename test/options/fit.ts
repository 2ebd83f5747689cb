// SPDX-License-Identifier: MIT
import { ONE, div, mul } from "../../sdk/reference/options/fixed.js";

/** What is fitted, in numbers of `fixed.ts`: `top / bottom`, lowest power first; the bottom begins with one. */
export interface Fit {
  readonly top: readonly bigint[];
  readonly bottom: readonly bigint[];
  /** The largest relative error at the points. */
  readonly error: bigint;
}

/** A value to be met, and where. */
export interface Point {
  readonly x: bigint;
  readonly y: bigint;
}

const ROUNDS = 16;
/** No point is forgotten: below this part of the average weight none falls. */
const MIN_WEIGHT = ONE >> 40n;

/**
 * The rational function with `top` and `bottom` powers above the constant whose largest relative error at `points` is
 * nearly the least: least squares in rounds, each point weighed by the errors it had (Lawson's algorithm, C. L. Lawson,
 * "Contributions to the theory of linear least maximum approximation", 1961), and the bottom of the round before is
 * divided out, so that the system is linear.
 */
export function fitRelative(points: readonly Point[], top: number, bottom: number): Fit {
  let weights = points.map(() => ONE);
  let bottoms = points.map(() => ONE);
  let best: Fit | undefined;
  for (let round = 0; round < ROUNDS; ++round) {
    const rows = points.map(({ x, y }) => [
      ...powers(x, top),
      ...powers(x, bottom)
        .slice(1)
        .map((p) => -mul(y, p)),
    ]);
    const scales = points.map(({ y }, i) => div(weights[i]!, mul(mul(y, bottoms[i]!), mul(y, bottoms[i]!))));
    const solved = leastSquares(
      rows,
      points.map(({ y }) => y),
      scales,
    );
    const fit = { top: solved.slice(0, top + 1), bottom: [ONE, ...solved.slice(top + 1)] };
    bottoms = points.map(({ x }) => at(fit.bottom, x));
    const errors = points.map(({ x, y }, i) => abs(div(div(at(fit.top, x), bottoms[i]!), y) - ONE));
    const error = errors.reduce((a, b) => (a > b ? a : b));
    if (best === undefined || error < best.error) best = { ...fit, error };
    if (round < 2) continue; // the bottoms settle first
    const total = weights.reduce((sum, weight, i) => sum + mul(weight, errors[i]!), 0n) / BigInt(points.length);
    weights = weights.map((weight, i) => max(div(mul(weight, errors[i]!), total), MIN_WEIGHT));
  }
  return best!;
}

/** A polynomial's value, by Horner's rule; the constant is first. */
export const at = (coefficients: readonly bigint[], x: bigint): bigint =>
  coefficients.reduceRight((sum, coefficient) => mul(sum, x) + coefficient, 0n);

function powers(x: bigint, highest: number): bigint[] {
  const list = [ONE];
  for (let k = 1; k <= highest; ++k) list.push(mul(list[k - 1]!, x));
  return list;
}

/** Solves the weighted normal equations; 640 digits leave enough for their condition. */
function leastSquares(rows: readonly bigint[][], values: readonly bigint[], scales: readonly bigint[]): bigint[] {
  const size = rows[0]!.length;
  const system = Array.from({ length: size }, () => Array<bigint>(size + 1).fill(0n));
  rows.forEach((row, i) => {
    row.forEach((each, a) => {
      const scaled = mul(scales[i]!, each);
      row.forEach((other, b) => (system[a]![b]! += mul(scaled, other)));
      system[a]![size]! += mul(scaled, values[i]!);
    });
  });
  return solve(system);
}

/** Gauss's elimination with the largest pivot; each row ends with its right side. */
function solve(system: bigint[][]): bigint[] {
  const size = system.length;
  for (let k = 0; k < size; ++k) {
    let pivot = k;
    for (let i = k + 1; i < size; ++i) if (abs(system[i]![k]!) > abs(system[pivot]![k]!)) pivot = i;
    [system[k], system[pivot]] = [system[pivot]!, system[k]!];
    for (let i = 0; i < size; ++i) {
      if (i === k) continue;
      const factor = div(system[i]![k]!, system[k]![k]!);
      for (let j = k; j <= size; ++j) system[i]![j]! -= mul(factor, system[k]![j]!);
    }
  }
  return system.map((row, k) => div(row[size]!, row[k]!));
}

const abs = (x: bigint): bigint => (x < 0n ? -x : x);
const max = (a: bigint, b: bigint): bigint => (a > b ? a : b);

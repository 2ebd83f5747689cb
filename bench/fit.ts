// SPDX-License-Identifier: MIT
import type { Point } from "./measurements.js";

/**
 * gas = base + each * x + bend * x^2: memory costs grow with the square of what is used. Least squares of relative
 * errors, and the largest of them.
 */
export interface Fit {
  base: number;
  each: number;
  bend: number;
  deviation: number;
}

/** Needs points of at least three different x. */
export function fit(points: Point[]): Fit {
  const rows = points.map(({ x, gas }) => [1 / gas, x / gas, (x * x) / gas]);
  const normal = [0, 1, 2].map((i) => [
    ...[0, 1, 2].map((j) => rows.reduce((sum, row) => sum + row[i]! * row[j]!, 0)),
    rows.reduce((sum, row) => sum + row[i]!, 0),
  ]);
  const [base, each, bend] = solve(normal) as [number, number, number];
  const fitted = { base, each, bend };
  return { ...fitted, deviation: Math.max(...points.map(({ x, gas }) => Math.abs(at(fitted, x) - gas) / gas)) };
}

/** How many fit into `gas`, by the fit. */
export function largest(fitted: Omit<Fit, "deviation">, gas: number): number {
  let [low, high] = [0, gas];
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (at(fitted, middle) <= gas) low = middle;
    else high = middle;
  }
  return low;
}

function at({ base, each, bend }: Omit<Fit, "deviation">, x: number): number {
  return base + each * x + bend * x * x;
}

/** Gaussian elimination of [A | b] with pivoting. */
function solve(rows: number[][]): number[] {
  const n = rows.length;
  for (let column = 0; column < n; ++column) {
    const rest = rows.slice(column).sort((a, b) => Math.abs(b[column]!) - Math.abs(a[column]!));
    rows.splice(column, n - column, ...rest);
    for (const row of rows) {
      if (row === rows[column]) continue;
      const factor = row[column]! / rows[column]![column]!;
      for (let i = column; i <= n; ++i) row[i]! -= factor * rows[column]![i]!;
    }
  }
  return rows.map((row, i) => row[n]! / row[i]!);
}

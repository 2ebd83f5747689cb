// SPDX-License-Identifier: MIT

/** A point that a smile is fitted to: log moneyness ln(K / F), total variance, and its weight. */
export interface Point {
  readonly k: number;
  readonly variance: number;
  readonly weight: number;
}

/** Raw SVI (Gatheral 2004): `a + b (rho (k - m) + sqrt((k - m)^2 + sigma^2))`, as `a + d (k - m) + c sqrt(...)`. */
export interface Svi {
  readonly a: number;
  readonly d: number;
  readonly c: number;
  readonly m: number;
  readonly sigma: number;
}

export function varianceAt({ a, d, c, m, sigma }: Svi, k: number): number {
  return a + d * (k - m) + c * Math.hypot(k - m, sigma);
}

/**
 * The least squares fit: for each m and sigma the other three are linear (De Marco and Martini, Zeliade 2009), and a
 * pattern of ever smaller steps finds these two.
 */
export function fitSvi(points: readonly Point[]): Svi {
  if (points.length < 5) throw new RangeError(`${points.length} points do not make five numbers`);
  const ks = points.map(({ k }) => k);
  const wide = Math.max(...ks) - Math.min(...ks) || 0.1;
  let best = at(points, 0, wide / 4);
  let step = wide / 2;
  while (step > wide * 1e-4) {
    let better = false;
    for (const [dm, ds] of [
      [step, 0],
      [-step, 0],
      [0, step],
      [0, -step],
    ] as const) {
      const tried = at(points, best.svi.m + dm, Math.max(wide * 1e-3, best.svi.sigma + ds));
      if (tried.error >= best.error) continue;
      [best, better] = [tried, true];
    }
    if (!better) step /= 2;
  }
  return best.svi;
}

/** The best a, d, c for these m and sigma, with a slope that Lee's bound allows, and what is left of the error. */
function at(points: readonly Point[], m: number, sigma: number): { svi: Svi; error: number } {
  const rows = points.map(({ k, variance, weight }) => ({
    x: [1, k - m, Math.hypot(k - m, sigma)],
    variance,
    weight,
  }));
  // Normal equations, with a little of the unit matrix, for strikes that do not tell the three apart.
  const matrix = [0, 1, 2].map((i) =>
    [0, 1, 2].map((j) => rows.reduce((sum, { x, weight }) => sum + weight * x[i]! * x[j]!, i === j ? 1e-9 : 0)),
  );
  const right = [0, 1, 2].map((i) => rows.reduce((sum, { x, variance, weight }) => sum + weight * x[i]! * variance, 0));
  const [a, d, c] = solved(matrix, right);
  const slope = Math.min(2, Math.max(0, c!));
  const svi = { a: a!, d: Math.min(slope, Math.max(-slope, d!)), c: slope, m, sigma };
  const error = rows.reduce((sum, { variance, weight }, i) => {
    const miss = varianceAt(svi, points[i]!.k) - variance;
    return sum + weight * miss * miss;
  }, 0);
  return { svi, error };
}

/** Gauss, with the largest pivot. */
function solved(matrix: number[][], right: number[]): number[] {
  const n = right.length;
  for (let i = 0; i < n; ++i) {
    let pivot = i;
    for (let r = i + 1; r < n; ++r) if (Math.abs(matrix[r]![i]!) > Math.abs(matrix[pivot]![i]!)) pivot = r;
    [matrix[i], matrix[pivot]] = [matrix[pivot]!, matrix[i]!];
    [right[i], right[pivot]] = [right[pivot]!, right[i]!];
    for (let r = i + 1; r < n; ++r) {
      const share = matrix[r]![i]! / matrix[i]![i]!;
      for (let c = i; c < n; ++c) matrix[r]![c]! -= share * matrix[i]![c]!;
      right[r]! -= share * right[i]!;
    }
  }
  const x = Array<number>(n).fill(0);
  for (let i = n - 1; i >= 0; --i) {
    const known = x.reduce((sum, value, c) => (c > i ? sum + value * matrix[i]![c]! : sum), 0);
    x[i] = (right[i]! - known) / matrix[i]![i]!;
  }
  return x;
}

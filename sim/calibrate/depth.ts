// SPDX-License-Identifier: MIT

/** One point of a book: what can be sold or bought within so much of the mark, quote. */
export interface DepthRow {
  asset: string;
  bps: number;
  notional: number;
}

/** What can be sold within `ppm` of the mark, by straight lines between the points; the last point beyond them. */
export function depthWithin(rows: readonly DepthRow[], asset: string, ppm: number): number {
  const points = rows.filter((row) => row.asset === asset).sort((a, b) => a.bps - b.bps);
  let [x, y] = [0, 0];
  for (const { bps, notional } of points) {
    if (bps * 100 >= ppm) return y + ((notional - y) * (ppm - x)) / (bps * 100 - x);
    [x, y] = [bps * 100, notional];
  }
  return y;
}

/** By how much of the mark, ppm, a sale of `notional` goes down; the last point's when the book does not hold so much. */
export function slippageOf(rows: readonly DepthRow[], asset: string, notional: number): number {
  const points = rows.filter((row) => row.asset === asset).sort((a, b) => a.bps - b.bps);
  let [x, y] = [0, 0];
  for (const point of points) {
    if (point.notional >= notional) return x + ((point.bps * 100 - x) * (notional - y)) / (point.notional - y);
    [x, y] = [point.bps * 100, point.notional];
  }
  return x;
}

/** Made up, in proportion to the size of the markets: no book was measured. */
export const SYNTHETIC_DEPTH: readonly DepthRow[] = [
  [
    "BTC",
    [
      [2, 2e6],
      [10, 1e7],
      [50, 4e7],
      [200, 1e8],
      [500, 1.6e8],
    ],
  ] as const,
  [
    "SOL",
    [
      [2, 4e5],
      [10, 2e6],
      [50, 8e6],
      [200, 2e7],
      [500, 3.2e7],
    ],
  ] as const,
].flatMap(([asset, points]) => points.map(([bps, notional]) => ({ asset, bps, notional })));

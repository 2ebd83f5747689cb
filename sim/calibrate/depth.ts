// SPDX-License-Identifier: MIT
import { Names } from "../files/market.js";
import { readTable } from "../files/readTable.js";
import type { Row } from "../files/Row.js";
import { BadDepth, moveOf, type Depth } from "../stress/depth.js";

const WHOLE = { max: 10_000, says: "that is more than the whole price" };

/**
 * Columns asset, bps, notional: what can be sold, and what can be bought, until the price has moved by so much. In the
 * worst hours. Bps are hundredths of a percent; notional is quote.
 */
export function readDepths(file: string): Map<string, Depth[]> {
  const curves = new Map<string, Depth[]>();
  const ends = new Map<string, Row>();
  const names = new Names();
  readTable(file, [{ needs: ["asset", "bps", "notional"] }], (row) => {
    const asset = row.market("asset", undefined, names);
    const point = { distance: row.number("bps", WHOLE) / 10_000, notional: row.number("notional") };
    const curve = curves.get(asset) ?? [];
    curves.set(asset, curve);
    const before = curve.at(-1);
    if (before && !(point.distance > before.distance && point.notional > before.notional)) {
      row.fail(`bps and notional of ${asset} must rise from row to row`);
    }
    curve.push(point);
    ends.set(asset, row);
  });
  for (const [asset, curve] of curves) {
    if (curve.at(-1)!.distance >= A_BASIS_POINT) continue;
    ends.get(asset)!.fail(`the curve of ${asset} ends below 1 bps: are these parts or percents? Write 1% as 100`);
  }
  return curves;
}

const A_BASIS_POINT = 1 / 10_000;

/** The notional that moves the price by `distance`: linear between the points, and not more than the curve shows. */
export function notionalWithin(curve: readonly Depth[], distance: number): number {
  if (curve.length === 0) throw new BadDepth("a depth curve needs at least one point");
  let from: Depth = { distance: 0, notional: 0 };
  for (const to of curve) {
    if (distance <= to.distance) {
      const share = (distance - from.distance) / (to.distance - from.distance);
      return from.notional + share * (to.notional - from.notional);
    }
    from = to;
  }
  return from.notional;
}

/** The mean discount at which `notional` is sold: half of the move on the way, for a curve that is linear there. */
export function slippageOf(curve: readonly Depth[], notional: number): number {
  const parts = 32;
  let sum = 0;
  for (let i = 0; i < parts; ++i) sum += moveOf(curve, ((i + 0.5) / parts) * notional);
  return sum / parts;
}

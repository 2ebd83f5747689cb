// SPDX-License-Identifier: MIT

/** How much can be sold (or bought) until the price has moved by `distance`, a part of the price. */
export interface Depth {
  distance: number;
  notional: number;
}

/** A depth curve that is no curve; the message says why. */
export class BadDepth extends Error {}

/**
 * How far a sale of `notional` moves the price: linear between the points of the curve, and on from the last two as
 * steeply.
 */
export function moveOf(curve: readonly Depth[], notional: number): number {
  check(curve);
  let [from, to] = [{ distance: 0, notional: 0 }, curve[0]!];
  for (const next of curve.slice(1)) {
    if (Math.abs(notional) <= to.notional) break;
    [from, to] = [to, next];
  }
  const slope = (to.distance - from.distance) / (to.notional - from.notional);
  return Math.sign(notional) * (from.distance + (Math.abs(notional) - from.notional) * slope);
}

function check(curve: readonly Depth[]): void {
  if (curve.length === 0) throw new BadDepth("a depth curve needs at least one point");
  let before: Depth = { distance: 0, notional: 0 };
  for (const point of curve) {
    if (!(point.distance > before.distance && point.notional > before.notional)) {
      throw new BadDepth(`a depth curve rises in distance and notional; ${JSON.stringify(point)} does not`);
    }
    before = point;
  }
}

/** What liquidations have sold and the market has not digested yet; half of it is after each `halfLife`. */
export class Pressure {
  private sold = 0;
  private at: number;

  constructor(
    private readonly curve: readonly Depth[],
    private readonly halfLife: number,
    start: number,
  ) {
    check(curve);
    this.at = start;
  }

  /** Somebody sells `notional` at `time`; negative: buys. */
  sell(notional: number, time: number): void {
    this.digest(time);
    this.sold += notional;
  }

  /** The factor on a price that would be without it. */
  factor(time: number): number {
    this.digest(time);
    return Math.max(0.01, 1 - moveOf(this.curve, this.sold));
  }

  private digest(time: number): void {
    this.sold *= 0.5 ** ((time - this.at) / this.halfLife);
    this.at = time;
  }
}

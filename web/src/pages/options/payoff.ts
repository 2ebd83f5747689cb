// SPDX-License-Identifier: MIT
// What legs are worth at prices of the underlying: at expiry by the strikes, now by Black-76 in floating point. A
// drawing: nothing that is signed comes from it.

export interface PayoffLeg {
  readonly type: "call" | "put" | "future" | "perpetual";
  /** Units of base: below zero is sold. */
  readonly size: number;
  /** Quote a unit. */
  readonly price: number;
  readonly strike: number;
  /** Forward over spot. */
  readonly carry: number;
  /** A root year. */
  readonly vol: number;
  readonly years: number;
}

export interface PayoffPoint {
  readonly spot: number;
  readonly now: number;
  readonly atExpiry: number;
}

/** Profit of the legs over prices from `low` to `high`; at expiry is when the earliest leg expires. */
export function payoffOf(legs: readonly PayoffLeg[], low: number, high: number, points: number): PayoffPoint[] {
  const ends = legs.filter(({ type }) => type !== "perpetual").map(({ years }) => years);
  const first = ends.length === 0 ? 0 : Math.min(...ends);
  return Array.from({ length: points }, (_, index) => {
    const spot = low + ((high - low) * index) / (points - 1);
    return { spot, now: profit(legs, spot, 0), atExpiry: profit(legs, spot, first) };
  });
}

/** Where the profit at expiry crosses zero, between the points. */
export function breakEvens(points: readonly PayoffPoint[]): number[] {
  return points.flatMap((point, index) => {
    const before = points[index - 1];
    if (before === undefined || !crosses(before.atExpiry, point.atExpiry)) return [];
    const share = before.atExpiry / (before.atExpiry - point.atExpiry);
    return [before.spot + share * (point.spot - before.spot)];
  });
}

function crosses(from: number, to: number): boolean {
  return from < 0 ? to >= 0 : from > 0 && to <= 0;
}

/** @param passed Years from now. */
function profit(legs: readonly PayoffLeg[], spot: number, passed: number): number {
  return legs.reduce((sum, leg) => sum + leg.size * (worth(leg, spot, Math.max(0, leg.years - passed)) - leg.price), 0);
}

function worth({ type, strike, carry, vol, years: whole }: PayoffLeg, spot: number, years: number): number {
  if (type === "perpetual") return spot;
  // The basis shrinks to nothing at expiry.
  const forward = spot * (whole > 0 ? 1 + (carry - 1) * (years / whole) : 1);
  if (type === "future") return forward;
  const call = black76(forward, strike, vol * Math.sqrt(years));
  return type === "call" ? call : call - forward + strike;
}

/** A call on a forward, undiscounted. @param deviation Of the logarithm until expiry. */
export function black76(forward: number, strike: number, deviation: number): number {
  if (deviation <= 0 || forward <= 0) return Math.max(0, forward - strike);
  const d = Math.log(forward / strike) / deviation + deviation / 2;
  return forward * below(d) - strike * below(d - deviation);
}

/** The normal distribution's share below x: Abramowitz and Stegun 7.1.26, to 1.5e-7. */
function below(x: number): number {
  const z = Math.abs(x) / Math.SQRT2;
  const t = 1 / (1 + 0.3275911 * z);
  const tail =
    t *
    (0.254829592 + t * (-0.284496736 + t * (1.421413741 + t * (-1.453152027 + t * 1.061405429)))) *
    Math.exp(-z * z);
  return x >= 0 ? 1 - tail / 2 : tail / 2;
}

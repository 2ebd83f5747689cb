// SPDX-License-Identifier: MIT
// Marks as the contracts have them, digit for digit (contracts/options/CurveLib.sol and Black76Lib.sol).
import { ONE_96, bell, lnRatio, tail } from "./normal.js";

/** What all marks of a group follow from. Prices 1e-18 quote, level 1e-9, seconds. */
export interface Factors {
  readonly spot: bigint;
  readonly level: bigint;
  readonly time: bigint;
}

/** One expiry. Volatilities 1e-4 a root year, the basis 1e-5 of spot. */
export interface LadderTerms {
  readonly expiry: bigint;
  readonly base: bigint;
  readonly step: bigint;
  readonly vols: readonly bigint[];
  readonly basis: bigint;
  readonly settlement?: bigint;
}

/** A ladder at factors. */
export interface Curve {
  readonly terms: LadderTerms;
  readonly forward: bigint;
  /** The level times the root of the years left, so that a volatility times it is a deviation; 0: it has expired. */
  readonly root: bigint;
}

/** The place of a ladder's future; the index of the perpetual. */
export const [FUTURE, PERPETUAL] = [30, 255];
export const MAX_DEVIATION = 1n << 100n;
const YEAR = 31_536_000n;
const [MIN_MARK, MAX_MARK] = [10n ** 6n, 10n ** 24n];
const FAR = 22n << 96n;

const min = (a: bigint, b: bigint): bigint => (a < b ? a : b);

/** The square root, floor. */
export function isqrt(x: bigint): bigint {
  if (x === 0n) return 0n;
  let root = 1n << BigInt((x.toString(2).length + 1) >> 1);
  for (;;) {
    const next = (root + x / root) >> 1n;
    if (next >= root) return root;
    root = next;
  }
}

/** Spot and basis, within the bounds of marks. A basis of either sign leaves the product positive. */
export function forwardOf(spot: bigint, basis: bigint): bigint {
  const forward = (spot * (100_000n + basis)) / 100_000n;
  return forward < MIN_MARK ? MIN_MARK : min(forward, MAX_MARK);
}

export function curveOf(terms: LadderTerms, { spot, level, time }: Factors): Curve {
  if (time >= terms.expiry) return { terms, forward: terms.settlement ?? 0n, root: 0n };
  const term = ((terms.expiry - time) << 192n) / YEAR;
  return { terms, forward: forwardOf(spot, terms.basis), root: (isqrt(term) * level) / 10n ** 13n };
}

export const strikeOf = ({ terms }: Curve, place: number): bigint => terms.base + terms.step * BigInt(place >> 1);

export const deviationOf = ({ terms, root }: Curve, place: number): bigint => terms.vols[place >> 1]! * root;

/** The mark of the series at `place`. */
export function markOf(curve: Curve, place: number): bigint {
  if (place === FUTURE) return curve.forward;
  const deviation = deviationOf(curve, place);
  return priceOf(curve.forward, strikeOf(curve, place), deviation, (place & 1) === 0);
}

/** Black-76 as the contract computes it, floor. */
export function priceOf(forward: bigint, strike: bigint, deviation: bigint, isCall: boolean): bigint {
  const [less, more] = forward < strike ? [forward, strike] : [strike, forward];
  const intrinsic = isCall === forward > strike ? more - less : 0n;
  return intrinsic + ((less * timeValue(less, more, deviation)) >> 96n);
}

function timeValue(less: bigint, more: bigint, deviation: bigint): bigint {
  if (deviation === 0n) return 0n;
  const h = min((lnRatio(more, less) << 96n) / deviation, FAR);
  const half = deviation >> 1n;
  const saturating = (x: bigint) => (x > 0n ? x : 0n);
  if (h < half) return saturating(ONE_96 - ((bell(half - h) * (tail(half - h) + tail(h + half))) >> 96n));
  return (bell(h - half) * saturating(tail(h - half) - tail(h + half))) >> 96n;
}

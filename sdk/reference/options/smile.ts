// SPDX-License-Identifier: MIT
import { black76 } from "./black76.js";
import { ONE } from "./fixed.js";

const YEAR = 365n * 86_400n;
const STRIKES = 15;
/** Digits of a deviation on chain, and of a root of years. */
const UNIT = 96n;

/** A smile as it is posted: 15 volatilities, 1e-4 a root year, and the basis, 1e-5 of spot. */
export interface SmileTerms {
  readonly vols: readonly bigint[];
  readonly basis: bigint;
}

/** Where a smile is looked at: 1e-18 quote per base, 1e-9, seconds. */
export interface SmileAt {
  readonly spot: bigint;
  readonly level: bigint;
  readonly term: bigint;
  readonly base: bigint;
  readonly step: bigint;
}

/** The word that contracts store. */
export function packSmile({ vols, basis }: SmileTerms): bigint {
  const low = vols.reduce((word, vol, i) => word | (vol << BigInt(16 * i)), 0n);
  return low | (BigInt.asUintN(16, basis) << 240n);
}

/** The forward, floor. */
export const forwardOf = (spot: bigint, basis: bigint): bigint => (spot * (100_000n + basis)) / 100_000n;

/** Is every volatility, times the level, from 5% to 400%, and the basis within 0.1% and 30% a year? */
export function isInRange({ vols, basis }: SmileTerms, { level, term }: SmileAt): boolean {
  const limit = 100n + (30_000n * term) / YEAR;
  const inRange = vols.map((vol) => (vol * level) / 10n ** 9n).every((vol) => vol >= 500n && vol <= 40_000n);
  return inRange && basis <= limit && basis >= -limit;
}

/** May `next` be posted after `previous`? `move`: what a year of basis may move, ppm. */
export function isNear(previous: SmileTerms, next: SmileTerms, move: bigint, term: bigint): boolean {
  const near = previous.vols.every((from, i) => 100n * abs(next.vols[i]! - from) <= 15n * from);
  const limit = (move * term) / (10n * YEAR);
  return near && abs(next.basis - previous.basis) <= (limit < 2n ? 2n : limit);
}

/**
 * By how much each strike breaks what calls without arbitrage keep, as a part of the forward with the digits of
 * `fixed.ts`; positive is a fault. The lowest: its slope to the forward against that to the next. The highest: its call
 * against the one before. The others: twice a call less its neighbours.
 */
export function faultsOf({ vols, basis }: SmileTerms, at: SmileAt): bigint[] {
  const forward = forwardOf(at.spot, basis);
  const root = (sqrt((at.term << 192n) / YEAR) * at.level) / 10n ** 13n;
  const part = (value: bigint): bigint => (value * ONE) / forward;
  const calls = vols.map((vol, i) =>
    black76({
      forward: ONE,
      strike: part(at.base + BigInt(i) * at.step),
      deviation: (vol * root) << (640n - UNIT),
      isCall: true,
    }),
  );
  return calls.map((call, i) => {
    if (i === 0) return (call * (at.step + at.base) - calls[1]! * at.base) / at.step - ONE;
    if (i === STRIKES - 1) return call - calls[i - 1]!;
    return 2n * call - calls[i - 1]! - calls[i + 1]!;
  });
}

const abs = (x: bigint): bigint => (x < 0n ? -x : x);

function sqrt(x: bigint): bigint {
  if (x < 2n) return x;
  let root = 1n << BigInt((x.toString(2).length + 1) >> 1);
  for (;;) {
    const next = (root + x / root) >> 1n;
    if (next >= root) return root;
    root = next;
  }
}

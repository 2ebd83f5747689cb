// SPDX-License-Identifier: MIT
import { BELOW_CALL, INSOLVENT, LIQUIDATABLE, SAFE, type Risk } from "./exact.js";
import type { MarketQuote } from "./quote.js";

/**
 * Three times the relative error of a sum below, of what was added up in absolute value. Each number of a row is
 * rounded to a float, by at most 2^-24. The at most 14 roundings of 2^-53 that a term has on its way add nothing to
 * speak of: two of the number itself, four in the price (of an exact integer, its unit, and a product), and eight in
 * the sum.
 */
const ROUNDING = 3 * 2 ** -24;

/**
 * The whole units by which the contract's integers may differ from the exact fractions: each of 4 values is floored
 * (4), each notional and margin is ceiled (8), the call level is (1) 4/3 of that: below 16; twice that.
 */
const WHOLE_UNITS = 32;

/** From 1e-18 quote per base to money a unit of size, and the same times ppm. */
const TWO_PRICES = 2e18;
const PRICE_PPM = 1e24;
const PPM = 1e6;

/** "Cannot be told in doubles": ask the exact integers. */
export const UNCERTAIN = -1;
export type Verdict = Risk | typeof UNCERTAIN;

/**
 * The numbers of an account in its row of floats, from which it is judged: the constant, and a signed size a market.
 */
export const CONSTANT = 0;
export const SIZES = 1;

const TERMS = 4;

/**
 * Judges accounts at quotes, in doubles made of floats, and knows what it cannot know: its verdict is certain or
 * UNCERTAIN. What overflows a float is UNCERTAIN, as no comparison below is true of it.
 *
 * An account is `equity = constant + sum of q * t`, `maintenance = sum of |q| * mark * rate`, with q its exact sizes
 * before flooring to whole units and t the mark in the frame of q's side. Without a branch a side:
 * `q * t = q * middle + |q| * half` with middle and half the mean and half the difference of the two sides' t.
 */
export class Judge {
  /** Of each market: middle, half, |middle| + |half|, and the margin of a unit. */
  private readonly terms: Float64Array;
  private call = 0;
  private slack = 0;

  /** What the last judged account has above the call level for certain, when it was found SAFE. */
  room = 0;

  constructor(private readonly markets: number) {
    this.terms = new Float64Array(TERMS * markets);
  }

  /** @param callLevel ppm of maintenance margin. */
  see(quotes: readonly MarketQuote[], callLevel: bigint): void {
    this.call = Number(callLevel) / PPM;
    let margins = 0;
    for (let i = 0; i < this.markets; ++i) {
      const { long, short, mark, maintenance } = quotes[i]!;
      const [middle, half] = [Number(long + short) / TWO_PRICES, Number(long - short) / TWO_PRICES];
      const margin = Number(mark * maintenance) / PRICE_PPM;
      this.terms.set([middle, half, Math.abs(middle) + Math.abs(half), margin], TERMS * i);
      margins += margin;
    }
    // Sizes are floored to whole units before margins are computed on them, so the margin of a unit a market may be
    // missing.
    this.slack = WHOLE_UNITS + 2 * this.call * margins;
  }

  /** The account whose row begins at `at`. */
  judge(rows: Float32Array, at: number): Verdict {
    const { terms, markets, call } = this;
    let equity = rows[at + CONSTANT]!;
    let magnitude = Math.abs(equity);
    let maintenance = 0;
    for (let i = 0, term = 0; i < markets; ++i, term += TERMS) {
      const q = rows[at + SIZES + i]!;
      const held = Math.abs(q);
      equity += q * terms[term]! + held * terms[term + 1]!;
      magnitude += held * terms[term + 2]!;
      maintenance += held * terms[term + 3]!;
    }
    const called = call * maintenance;
    const error = ROUNDING * (magnitude + called) + this.slack;
    const above = equity - called;
    if (above > error) {
      this.room = above - error;
      return SAFE;
    }
    if (above >= -error) return UNCERTAIN;
    if (equity < -error) return INSOLVENT;
    if (equity <= error) return UNCERTAIN;
    const spare = equity - maintenance;
    if (spare < -error) return LIQUIDATABLE;
    return spare > error ? BELOW_CALL : UNCERTAIN;
  }
}

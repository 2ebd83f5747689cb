// SPDX-License-Identifier: MIT
import { BELOW_CALL, INSOLVENT, LIQUIDATABLE, SAFE, type Risk } from "./exact.js";
import type { MarketQuote } from "./quote.js";

/**
 * More than twice the relative error of a sum below, of what was added up in absolute value. A term has one rounding in
 * q (an exact fraction to a double), three in the price (of an exact integer, and of its unit) and one in the product;
 * the constant has two; a sum of nine terms adds eight; a margin has one more for the call level. That is at most 14
 * roundings of 2^-53, below 2^-49.
 */
const ROUNDING = 2 ** -48;

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
 * The words of an account in its row of doubles: the constant and a signed size for each market, from which it is
 * judged; then what the scan keeps of it. Together they are one cache line.
 */
export const CONSTANT = 0;
export const SIZES = 1;
export const DEADLINE = 5;
export const COMBINATION = 6;
export const RISK = 7;
export const STRIDE = 8;

/**
 * Judges accounts at quotes, in doubles, and knows what it cannot know: its verdict is certain or UNCERTAIN.
 *
 * An account is `equity = constant + sum of q * t`, `maintenance = sum of |q| * mark * rate`, with q its exact sizes
 * before flooring to whole units and t the mark in the frame of q's side. Without a branch a side:
 * `q * t = q * middle + |q| * half` with middle and half the mean and half the difference of the two sides' t.
 */
export class Judge {
  private readonly middles: Float64Array;
  private readonly halves: Float64Array;
  /** |middle| + |half|. */
  private readonly magnitudes: Float64Array;
  private readonly margins: Float64Array;
  private call = 0;
  private slack = 0;

  /** What the last judged account has above the call level for certain, when it was found SAFE. */
  readonly room = new Float64Array(1);

  constructor(private readonly markets: number) {
    this.middles = new Float64Array(markets);
    this.halves = new Float64Array(markets);
    this.magnitudes = new Float64Array(markets);
    this.margins = new Float64Array(markets);
  }

  /** @param callLevel ppm of maintenance margin. */
  see(quotes: readonly MarketQuote[], callLevel: bigint): void {
    this.call = Number(callLevel) / PPM;
    let margins = 0;
    for (let i = 0; i < this.markets; ++i) {
      const { long, short, mark, maintenance } = quotes[i]!;
      const [middle, half] = [Number(long + short) / TWO_PRICES, Number(long - short) / TWO_PRICES];
      this.middles[i] = middle;
      this.halves[i] = half;
      this.magnitudes[i] = Math.abs(middle) + Math.abs(half);
      this.margins[i] = Number(mark * maintenance) / PRICE_PPM;
      margins += this.margins[i]!;
    }
    // Sizes are floored to whole units before margins are computed on them, so the margin of a unit a market may be
    // missing.
    this.slack = WHOLE_UNITS + 2 * this.call * margins;
  }

  /** The account whose row begins at `at`. */
  judge(rows: Float64Array, at: number): Verdict {
    const { middles, halves, magnitudes, margins, markets, call } = this;
    let equity = rows[at + CONSTANT]!;
    let magnitude = Math.abs(equity);
    let maintenance = 0;
    for (let i = 0; i < markets; ++i) {
      const q = rows[at + SIZES + i]!;
      const held = Math.abs(q);
      equity += q * middles[i]! + held * halves[i]!;
      magnitude += held * magnitudes[i]!;
      maintenance += held * margins[i]!;
    }
    const called = call * maintenance;
    const error = ROUNDING * (magnitude + called) + this.slack;
    const above = equity - called;
    if (above > error) {
      this.room[0] = above - error;
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

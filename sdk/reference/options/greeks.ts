// SPDX-License-Identifier: MIT
import { ONE, density, div, ln, mul, normal } from "./fixed.js";
import type { Terms } from "./black76.js";

/** Of one contract long; all numbers are of `fixed.ts`. */
export interface Greeks {
  /** Base per base: how the value moves with the spot, the basis standing still. */
  readonly delta: bigint;
  /** How much delta grows when the spot rises by 1%. */
  readonly gamma: bigint;
  /** What a point of volatility (0.60 to 0.61 a root year) is worth. */
  readonly vega: bigint;
  /** What a day of time is worth, negative for a loss. */
  readonly theta: bigint;
}

/** The closed forms of Black (1976), as in the textbook: `spot` moves the forward in proportion. */
export function greeks(terms: Terms, spot: bigint, years: bigint, rootOfYears: bigint): Greeks {
  const { forward, strike, deviation, isCall } = terms;
  const d1 = div(ln(div(forward, strike)), deviation) + deviation / 2n;
  const ratio = div(forward, spot);
  const bell = density(d1);
  return {
    delta: mul(isCall ? normal(d1) : normal(d1) - ONE, ratio),
    gamma: mul(div(bell, deviation), ratio) / 100n,
    vega: mul(mul(forward, bell), rootOfYears) / 100n,
    theta: -div(mul(mul(forward, bell), deviation), 2n * years) / 365n,
  };
}

// SPDX-License-Identifier: MIT
import { div, ln, mul, normal } from "./fixed.js";

/** What a European option on a forward is worth, undiscounted; all numbers are of `fixed.ts`. */
export interface Terms {
  readonly forward: bigint;
  readonly strike: bigint;
  /** Volatility times the square root of the years to expiry. */
  readonly deviation: bigint;
  readonly isCall: boolean;
}

/**
 * Black (1976), "The pricing of commodity contracts", without discounting: `F N(d1) - K N(d2)`,
 * `d1 = ln(F / K) / w + w / 2`, `d2 = d1 - w`; the put by `K N(-d2) - F N(-d1)`. As in the textbook.
 */
export function black76({ forward, strike, deviation, isCall }: Terms): bigint {
  if (deviation === 0n) {
    const intrinsic = isCall ? forward - strike : strike - forward;
    return intrinsic > 0n ? intrinsic : 0n;
  }
  const d1 = div(ln(div(forward, strike)), deviation) + deviation / 2n;
  const d2 = d1 - deviation;
  return isCall
    ? mul(forward, normal(d1)) - mul(strike, normal(d2))
    : mul(strike, normal(-d2)) - mul(forward, normal(-d1));
}

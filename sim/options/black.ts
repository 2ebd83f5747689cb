// SPDX-License-Identifier: MIT

/** A European option on a forward, in floating point. */
export interface Terms {
  readonly forward: number;
  readonly strike: number;
  /** Volatility times the square root of the years to expiry. */
  readonly deviation: number;
  readonly isCall: boolean;
}

/** Black (1976), undiscounted. Relative error some 1e-13 where it exceeds 1e-9 of the forward. */
export function black({ forward, strike, deviation, isCall }: Terms): number {
  const intrinsic = Math.max(0, isCall ? forward - strike : strike - forward);
  if (deviation === 0) return intrinsic;
  const d1 = Math.log(forward / strike) / deviation + deviation / 2;
  const d2 = d1 - deviation;
  // The side that is out of the money, and the other one by parity.
  const outside =
    forward < strike
      ? forward * normalBelow(d1) - strike * normalBelow(d2)
      : strike * normalBelow(-d2) - forward * normalBelow(-d1);
  return intrinsic + Math.max(0, outside);
}

/** The deviation at which the option is worth `price`; undefined when there is none up to 16. */
export function deviationOf(price: number, terms: Omit<Terms, "deviation">): number | undefined {
  const at = (deviation: number) => black({ ...terms, deviation });
  let [low, high] = [0, 16];
  if (!(price > at(low) && price < at(high))) return undefined;
  for (let i = 0; i < 100 && high - low > 1e-15; ++i) {
    const middle = (low + high) / 2;
    if (at(middle) < price) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

/** The standard normal distribution function: near zero a series, far out the continued fraction of Mills's ratio. */
export function normalBelow(x: number): number {
  if (x > 0) return 1 - normalBelow(-x);
  const bell = Math.exp((-x * x) / 2) / Math.sqrt(2 * Math.PI);
  if (x > -3) {
    let [term, sum] = [x, x];
    for (let k = 3; Math.abs(term) > 1e-18; k += 2) {
      term *= (x * x) / k;
      sum += term;
    }
    return 0.5 + bell * sum;
  }
  let fraction = -x;
  for (let k = 120; k > 0; --k) fraction = -x + k / fraction;
  return bell / fraction;
}

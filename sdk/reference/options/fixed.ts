// SPDX-License-Identifier: MIT
// Fixed-point numbers of 640 binary digits after the point: what a price on chain is held to. Slow, and plain series
// throughout, so that it shares nothing with the contract's rational fits. All results are within 2^-600 or so for the
// arguments that options have.

/** Binary digits after the point. */
export const DIGITS = 640n;
export const ONE = 1n << DIGITS;

/** A decimal text, such as "0.25", exactly or to the last digit. */
export function fixed(text: string): bigint {
  const match = /^(-?)(\d+)(?:\.(\d+))?(?:e(-?\d+))?$/.exec(text);
  if (match === null) throw new RangeError(`not a decimal number: ${text}`);
  const [, sign, whole, fraction = "", exponent = "0"] = match;
  const places = BigInt(fraction.length) - BigInt(exponent);
  const digits = BigInt(whole! + fraction) << DIGITS;
  const value = places >= 0n ? digits / 10n ** places : digits * 10n ** -places;
  return sign === "-" ? -value : value;
}

export const mul = (a: bigint, b: bigint): bigint => (a * b) >> DIGITS;
export const div = (a: bigint, b: bigint): bigint => (a << DIGITS) / b;

/** The square root, floor. */
export function sqrt(x: bigint): bigint {
  if (x < 0n) throw new RangeError("the square root of a negative number");
  const square = x << DIGITS;
  if (square === 0n) return 0n;
  let root = 1n << BigInt((square.toString(2).length + 1) >> 1);
  for (;;) {
    const next = (root + square / root) >> 1n;
    if (next >= root) return root;
    root = next;
  }
}

/** e^x: halved until it is small, its Taylor series, and squared again. */
export function exp(x: bigint): bigint {
  if (x < -DIGITS * ONE) return 0n; // below the last digit
  if (x < 0n) return div(ONE, exp(-x));
  let halvings = 0n;
  while (x >> halvings > ONE >> 8n) ++halvings;
  const small = x >> halvings;
  let [sum, term] = [ONE, ONE];
  for (let n = 1n; term !== 0n; ++n) {
    term = mul(term, small) / n;
    sum += term;
  }
  for (; halvings > 0n; --halvings) sum = mul(sum, sum);
  return sum;
}

/** The natural logarithm: `2 artanh((x - 1) / (x + 1))` of what is left after halving or doubling into [1, 2). */
export function ln(x: bigint): bigint {
  if (x <= 0n) throw new RangeError("the logarithm of a number that is not positive");
  const power = BigInt(x.toString(2).length - 1) - DIGITS;
  const rest = power >= 0n ? x >> power : x << -power;
  return power * LN_2 + twiceArtanh(rest);
}

function twiceArtanh(x: bigint): bigint {
  const z = div(x - ONE, x + ONE);
  const square = mul(z, z);
  let [sum, power] = [0n, z];
  for (let n = 1n; power !== 0n; n += 2n) {
    sum += power / n;
    power = mul(power, square);
  }
  return 2n * sum;
}

const LN_2 = twiceArtanh(2n * ONE);

/** pi, by Machin's formula `16 arctan(1/5) - 4 arctan(1/239)`. */
export const PI = 16n * arctanOfInverse(5n) - 4n * arctanOfInverse(239n);

function arctanOfInverse(n: bigint): bigint {
  let [sum, power, sign] = [0n, ONE / n, 1n];
  for (let k = 1n; power !== 0n; k += 2n) {
    sum += (sign * power) / k;
    power /= n * n;
    sign = -sign;
  }
  return sum;
}

/** From here on the tail is below the last digit. */
const FAR = 30n * ONE;

const ROOT_2_PI = sqrt(2n * PI);

/** The density of the standard normal distribution. */
export const density = (x: bigint): bigint => div(exp(-mul(x, x) / 2n), ROOT_2_PI);

/**
 * The standard normal distribution function: `1/2 + density(x) * sum of x^(2n+1) / (2n+1)!!` (Abramowitz and Stegun,
 * Handbook of Mathematical Functions, 26.2.11). What it loses by cancelling grows with x: at 14, 490 digits are left.
 */
export function normal(x: bigint): bigint {
  if (x < 0n) return ONE - normal(-x);
  if (x > FAR) return ONE;
  const square = mul(x, x);
  let [sum, term] = [0n, x];
  for (let n = 3n; term !== 0n; n += 2n) {
    sum += term;
    term = mul(term, square) / n;
  }
  return (ONE >> 1n) + mul(density(x), sum);
}

// SPDX-License-Identifier: MIT
import { PPM, PRICE_UNIT, money, price, type Money, type Price, type Size } from "./units.js";

/** Towards minus infinity. */
export function floorDiv(a: bigint, b: bigint): bigint {
  const quotient = a / b;
  return a % b !== 0n && a < 0n !== b < 0n ? quotient - 1n : quotient;
}

/** Towards plus infinity. */
export function ceilDiv(a: bigint, b: bigint): bigint {
  return -floorDiv(-a, b);
}

export function abs<T extends bigint>(a: T): T {
  return (a < 0n ? -a : a) as T;
}

export function min<T extends bigint>(a: T, b: T): T {
  return a < b ? a : b;
}

export function max<T extends bigint>(a: T, b: T): T {
  return a > b ? a : b;
}

/** The amount, or zero when it is negative. */
export function positive<T extends bigint>(a: T): T {
  return (a > 0n ? a : 0n) as T;
}

export function sameSide(a: bigint, b: bigint): boolean {
  return (a > 0n && b > 0n) || (a < 0n && b < 0n);
}

/** size * price, floor. */
export function valueDown(size: Size, at: Price): Money {
  return money(floorDiv(size * at, PRICE_UNIT));
}

/** |size| * mark, ceil: what margin and fees are computed on, against the holder. */
export function notionalUp(size: Size, mark: Price): Money {
  return money(ceilDiv(abs(size) * mark, PRICE_UNIT));
}

/** amount * rate, ceil. `rate` in ppm. */
export function shareUp(amount: Money, rate: bigint): Money {
  return money(ceilDiv(amount * rate, PPM));
}

/** amount * rate, floor. `rate` in ppm. */
export function shareDown(amount: Money, rate: bigint): Money {
  return money(floorDiv(amount * rate, PPM));
}

/** price * rate, floor. `rate` in ppm. */
export function priceShareDown(at: Price, rate: bigint): Price {
  return price(floorDiv(at * rate, PPM));
}

/** amount * part / whole, floor. */
export function proportionDown(amount: Money, part: Size, whole: Size): Money {
  return money(floorDiv(amount * part, whole));
}

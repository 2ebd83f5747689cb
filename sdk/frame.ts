// SPDX-License-Identifier: MIT
import { ceilDiv, floorDiv } from "./arithmetic.js";
import { OutOfRange, bigintOf, uintOf } from "./range.js";
import { PRICE_UNIT, money, size, type Money, type Price, type Size } from "./units.js";

/**
 * The affine frame of a node: every position in it is `size = s * A`, `value = s * (A * m~ + K) - z`, with m~ the mark
 * less funding and charges of its side. A tear-up of a share f at m~ does `K += A * f * m~; A *= 1 - f`.
 */
export interface Frame {
  /** A: size per share, 1 = 2^95. */
  readonly remaining: bigint;
  /** K: proceeds of the torn-up part, price units per share. */
  readonly proceeds: bigint;
}

/** A = 1. */
export const ONE = 1n << 95n;
/** Below this newcomers open a new node. */
export const MIN_REMAINING = ONE >> 10n;
export const NEW_FRAME: Frame = { remaining: ONE, proceeds: 0n };

/** Whole units of a magnitude of shares, floor. */
export function sizeDown(frame: Frame, shares: bigint): Size {
  return size((uintOf(shares, 96, "shares") * frame.remaining) / ONE);
}

/** The shares of a magnitude of size, floor. */
export function sharesDown(frame: Frame, magnitude: Size): bigint {
  if (frame.remaining === 0n) throw new OutOfRange(0n, "what remains of the node", "a node that is not torn up whole");
  return (uintOf(magnitude, 96, "size") * ONE) / frame.remaining;
}

/** shares * (A * m~ + K), floor; `shares` is negative for shorts. The value of a position is this less its offset. */
export function grossDown(frame: Frame, shares: bigint, tilde: Price): Money {
  return money(floorDiv(shares * (frame.remaining * tilde + frame.proceeds * ONE), ONE * PRICE_UNIT));
}

/** shares * (A * m~ + K), ceil. */
export function grossUp(frame: Frame, shares: bigint, tilde: Price): Money {
  return money(ceilDiv(shares * (frame.remaining * tilde + frame.proceeds * ONE), ONE * PRICE_UNIT));
}

/** The frame after `magnitude` of a node of `shares` is torn up at `tilde`; exactly the rest of its size remains. */
export function tearUp(frame: Frame, shares: bigint, magnitude: Size, tilde: Price, longs: boolean): Frame {
  const whole = sizeDown(frame, shares);
  const rest = whole - bigintOf(magnitude, 0n, whole, "size torn up");
  const remaining = rest === 0n ? 0n : ceilDiv(rest * ONE, shares);
  const closed = (frame.remaining - remaining) * tilde;
  const proceeds = frame.proceeds + (longs ? floorDiv(closed, ONE) : ceilDiv(closed, ONE));
  return { remaining, proceeds };
}

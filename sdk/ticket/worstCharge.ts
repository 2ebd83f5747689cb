// SPDX-License-Identifier: MIT
import { abs, notionalUp, priceShareDown } from "../arithmetic.js";
import { price, type Money, type Price, type Size } from "../units.js";

/**
 * The most that a position can be charged for the defaults of a jump of `move` ppm in its favour: what it gains by that
 * very jump. A position that loses by it pays nothing, and what was gained before is out of reach. Ceil.
 */
export function worstCharge(held: Size, mark: Price, move: bigint): Money {
  return notionalUp(held, price(abs(priceShareDown(mark, move))));
}

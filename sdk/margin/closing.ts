// SPDX-License-Identifier: MIT
import { abs, ceilDiv, min, notionalUp, positive } from "../arithmetic.js";
import { PPM, PRICE_UNIT, money, size, type Money, type Size } from "../units.js";
import type { Health } from "./health.js";
import type { Quote } from "./quote.js";

/**
 * The least size of a leg whose closing at a loss of `cost` ppm of notional restores equity to initial margin, ceil; at
 * most the whole leg. From E - y * cost = IM - y * rate.
 */
export function sizeToRestore(health: Health, held: Size, quote: Quote, rate: bigint, cost: bigint): Size {
  const whole = abs(held);
  if (rate <= cost) return whole;
  const missing = positive(money(health.initial - health.equity));
  const notional = ceilDiv(missing * PPM, rate - cost);
  return min(whole, size(ceilDiv(notional * whole, notionalUp(whole, quote.mark))));
}

/** `closed`, or so much less that at least `minimum` remains of a leg of size `whole`; zero when that is nothing. */
export function keepingMinimum(whole: Size, closed: Size, quote: Quote, minimum: Money): Size {
  if (closed === whole || notionalUp(size(whole - closed), quote.mark) >= minimum) return closed;
  return positive(size(whole - ceilDiv(minimum * PRICE_UNIT, quote.mark)));
}

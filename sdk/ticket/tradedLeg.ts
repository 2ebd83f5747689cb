// SPDX-License-Identifier: MIT
import { abs, ceilDiv, proportionDown, sameSide } from "../arithmetic.js";
import type { Leg } from "../margin/leg.js";
import { money, price, size, type Money, type Price, type Size } from "../units.js";

/**
 * A leg after a trade of `delta` that is worth `gain` against the mark, and what goes to cash: as PositionLib.trade.
 * An increase keeps its gain in the position; what is closed takes its part of the position's value to cash, floor.
 * @param entry The price paid, in the frame of the side that grows; only for the place in the queue.
 */
export function tradedLeg(leg: Leg, delta: Size, gain: Money, entry: Price): { leg: Leg; realised: Money } {
  const rank = delta > 0n ? entry : price(-entry);
  const after = size(leg.size + delta);
  if (leg.size === 0n) return { leg: { size: after, value: gain, rank }, realised: leg.value };
  if (sameSide(leg.size, delta)) {
    const average = ceilDiv(leg.rank * abs(leg.size) + rank * abs(delta), abs(after));
    return { leg: { size: after, value: money(leg.value + gain), rank: price(average) }, realised: money(0n) };
  }
  if (abs(delta) <= abs(leg.size)) {
    const part = proportionDown(leg.value, abs(delta), abs(leg.size));
    return { leg: { size: after, value: money(leg.value - part), rank: leg.rank }, realised: money(part + gain) };
  }
  const kept = proportionDown(gain, abs(after), abs(delta));
  return { leg: { size: after, value: kept, rank }, realised: money(leg.value + gain - kept) };
}

// SPDX-License-Identifier: MIT
import { abs, ceilDiv, valueDown } from "../arithmetic.js";
import { money, price, size, type Money, type Price, type Size } from "../units.js";
import type { Group, Market } from "./state.js";

/** In a lock: what a long gained from anchor to frozen mark; negative when shorts gained. */
export function jumpOf(market: Market): Price {
  return price(market.candidate - market.anchor);
}

export function jumpsOf(group: Group): Price[] {
  return group.markets.map((market) => abs(jumpOf(market)));
}

/** Live units on the side that the jump favoured. */
export function winnersOf(market: Market): Size {
  const jump = jumpOf(market);
  if (jump === 0n) return size(0n);
  return size(market.openInterest - (jump > 0n ? market.estateLong : market.estateShort));
}

/** What all live winners gained in the jump. */
export function gainsOf(group: Group): Money {
  return money(group.markets.reduce((sum, market) => sum + valueDown(winnersOf(market), abs(jumpOf(market))), 0n));
}

/** The charge per unit of each market's winning side, if the lock ended now: the same share of what each gained. */
export function pendingCharges(group: Group): Price[] {
  const due = group.deficit - group.reserve;
  const jumps = jumpsOf(group);
  if (due <= 0n) return jumps.map(() => price(0n));
  const target = due + BigInt(jumps.length);
  const capacity = gainsOf(group);
  return target >= capacity ? jumps : jumps.map((jump) => price(ceilDiv(target * jump, capacity)));
}

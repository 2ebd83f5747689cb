// SPDX-License-Identifier: MIT
import { abs, ceilDiv, valueDown } from "../arithmetic.js";
import { money, price, size, type Money, type Price, type Size } from "../units.js";
import type { Group, Market } from "./state.js";

/** In a lock: what a long gained from anchor to frozen mark; negative when shorts gained. */
export function jumpOf(market: Market): Price {
  return price(market.recordedMark - market.anchor);
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

/**
 * Does the exact share of the deficit that falls on what `sizes` (by market) gained in the jump take `equity` below
 * zero?
 */
export function takesBelowZero(group: Group, equity: Money, sizes: Map<number, Size>): boolean {
  const due = group.deficit - group.reserve;
  if (equity < 0n || due <= 0n) return equity < 0n;
  let gained = 0n;
  for (const [index, units] of sizes) {
    const jump = jumpOf(group.markets[index]!);
    if (jump !== 0n && units > 0n === jump > 0n) gained += valueDown(abs(units), abs(jump));
  }
  const capacity = gainsOf(group);
  return due >= capacity ? equity < gained : equity * capacity < due * gained;
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

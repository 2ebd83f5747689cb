// SPDX-License-Identifier: MIT
import { abs, ceilDiv, min, valueDown } from "../arithmetic.js";
import { money, price, size, type Money, type Price, type Size } from "../units.js";
import { unitsOf, type Account, type Group, type Market } from "./state.js";

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

/** What `account`, of the group, gained in the jump with its winning legs, and lost with the others. */
export function outcomeOf(group: Group, account: Account): { gains: Money; losses: Money } {
  let [gains, losses] = [0n, 0n];
  for (const [index, position] of account.positions) {
    const jump = jumpOf(group.markets[index]!);
    const units = unitsOf(position);
    const moved = valueDown(size(abs(units)), price(abs(jump)));
    if (units > 0n === jump > 0n) gains += moved;
    else losses += moved;
  }
  return { gains: money(gains), losses: money(losses) };
}

/**
 * What the live winners have to pay a charge of: their gains, less what those who are registered lost on other legs.
 */
export function capacityOf(group: Group): Money {
  return money(gainsOf(group) - group.relieved);
}

/** Which share of a gain the charge takes, and a registered account gets back of its relief, if the lock ended now. */
export interface Share {
  readonly numerator: bigint;
  readonly denominator: bigint;
}

export function shareOf(group: Group): Share {
  const due = group.deficit - group.reserve;
  if (due <= 0n) return { numerator: 0n, denominator: 1n };
  const target = due + BigInt(group.markets.length);
  const capacity = capacityOf(group);
  return target >= capacity ? { numerator: 1n, denominator: 1n } : { numerator: target, denominator: capacity };
}

/** The charge per unit of each market's winning side, if the lock ended now: the same share of what each gained. */
export function pendingCharges(group: Group): Price[] {
  const { numerator, denominator } = shareOf(group);
  return jumpsOf(group).map((jump) => price(ceilDiv(numerator * jump, denominator)));
}

/** What a registered account gets back of its relief, at this share. */
export function creditOf(relief: Money, { numerator, denominator }: Share): Money {
  return money((relief * numerator) / denominator);
}

/** What registering relieves an account of: the lesser of its gains and its losses. */
export function reliefOf(group: Group, account: Account): Money {
  const { gains, losses } = outcomeOf(group, account);
  return min(gains, losses);
}

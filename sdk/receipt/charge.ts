// SPDX-License-Identifier: MIT
import { abs, ceilDiv, valueDown } from "../arithmetic.js";
import { money, price, size, type Money, type Price, type Size } from "../units.js";
import type { Market } from "../state/Venue.js";

// What the winners of a jump pay, as ChargeLib has it. Jumps are signed: positive when longs gained.

/** Live units on the side that the jump favoured; what is in the estate is not charged. */
export function winnersOf(market: Market, jump: Price): Size {
  if (jump === 0n || market.settledAt !== undefined) return size(0n);
  return size(market.openInterest - (jump > 0n ? market.estateLong : market.estateShort));
}

/** What all live winners of a group gained in the jump, floor: the most that they can be charged. */
export function gainsOf(markets: readonly Market[], jumps: readonly Price[]): Money {
  return money(markets.reduce((sum, market, i) => sum + gainOfUnits(winnersOf(market, jumps[i]!), jumps[i]!), 0n));
}

/** What a leg of signed `units` gained, floor; nothing on the side that lost, or in a settled market. */
export function gainOf(market: Market, units: Size, jump: Price): Money {
  const won = units > 0n ? jump > 0n : jump < 0n;
  return won && market.settledAt === undefined ? gainOfUnits(units, jump) : money(0n);
}

/**
 * The charge per unit of each market's winning side: the same share of what each gained, rounded up. `due`: the deficit
 * less what the vault pays; `gains` by `gainsOf`.
 */
export function chargesOf(jumps: readonly Price[], due: bigint, gains: Money): Price[] {
  if (due <= 0n) return jumps.map(() => price(0n));
  const target = due + BigInt(jumps.length); // a unit more a market, for what flooring each market's takings may lose
  if (target >= gains) return jumps.map((jump) => abs(jump));
  return jumps.map((jump) => price(ceilDiv(target * abs(jump), gains)));
}

/** Does the exact share of the deficit that falls on what it `gained` take `equity` below zero? */
export function takesBelowZero(equity: bigint, gained: bigint, due: bigint, gains: bigint): boolean {
  if (equity < 0n || due <= 0n) return equity < 0n;
  return due >= gains ? equity < gained : equity * gains < due * gained;
}

function gainOfUnits(units: Size, jump: Price): Money {
  return valueDown(abs(units), abs(jump));
}

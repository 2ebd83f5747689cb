// SPDX-License-Identifier: MIT
import { abs, ceilDiv, min, valueDown } from "../arithmetic.js";
import { money, price, size, type Money, type Price, type Size } from "../units.js";
import type { Market } from "../state/Venue.js";

// What the winners of a jump pay, as ChargeLib and ReliefLib have it. Jumps are signed: positive when longs gained.

/** Live units on the side that the jump favoured; what is in the estate is not charged. */
export function winnersOf(market: Market, jump: Price): Size {
  if (jump === 0n || market.settledAt !== undefined) return size(0n);
  return size(market.openInterest - (jump > 0n ? market.estateLong : market.estateShort));
}

/** What all live winners of a group gained in the jump, floor: with no relief, the most that they can be charged. */
export function gainsOf(markets: readonly Market[], jumps: readonly Price[]): Money {
  return money(markets.reduce((sum, market, i) => sum + gainOfUnits(winnersOf(market, jumps[i]!), jumps[i]!), 0n));
}

/** What a leg of signed `units` gained, floor; nothing on the side that lost, or in a settled market. */
export function gainOf(market: Market, units: Size, jump: Price): Money {
  const won = units > 0n ? jump > 0n : jump < 0n;
  return won && market.settledAt === undefined ? gainOfUnits(units, jump) : money(0n);
}

/** What an account can be registered for: the lesser of its gains and its losses. `sizes`: of its legs, by market. */
export function reliefOf(markets: readonly Market[], sizes: readonly Size[], jumps: readonly Price[]): Money {
  const sum = (sign: bigint) =>
    markets.reduce((total, market, i) => total + gainOf(market, size(sign * (sizes[i] ?? 0n)), jumps[i]!), 0n);
  return money(min(sum(1n), sum(-1n)));
}

/** What part of its net gain every winner is charged: `numerator / denominator`; a numerator of zero: nothing. */
export interface ChargeShare {
  readonly numerator: bigint;
  readonly denominator: bigint;
}

/**
 * The share of what all gained less what is relieved, `capacity`, that pays `due`: the deficit less what the vault
 * pays.
 */
export function shareOf(markets: number, due: bigint, capacity: bigint): ChargeShare {
  if (due <= 0n) return { numerator: 0n, denominator: 1n };
  const target = due + BigInt(markets); // a unit more a market, for what flooring each market's takings may lose
  return target >= capacity ? { numerator: 1n, denominator: 1n } : { numerator: target, denominator: capacity };
}

/** The charge per unit of each market's winning side: the share of its jump, rounded up. */
export function chargesOf(jumps: readonly Price[], { numerator, denominator }: ChargeShare): Price[] {
  return jumps.map((jump) => price(ceilDiv(numerator * abs(jump), denominator)));
}

function gainOfUnits(units: Size, jump: Price): Money {
  return valueDown(abs(units), abs(jump));
}

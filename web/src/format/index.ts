// SPDX-License-Identifier: MIT
import { MONEY_DECIMALS, PRICE_DECIMALS, SIZE_DECIMALS, UNKNOWN, exact, grouped, type Rounding } from "./decimal";

export { UNKNOWN, exact, grouped } from "./decimal";
export * from "./time";

type Maybe = bigint | undefined | null;
const known = (value: Maybe): value is bigint => value !== undefined && value !== null;

/** 1e-9 quote, to the cent. What somebody has is rounded down, what somebody owes up: say which. */
export function money(units: Maybe, rounding: Rounding = "down"): string {
  return known(units) ? grouped(units, MONEY_DECIMALS, 2, { rounding }) : UNKNOWN;
}

/** Money with its sign always shown: profit and loss. */
export function signedMoney(units: Maybe, rounding: Rounding = "down"): string {
  if (!known(units)) return UNKNOWN;
  const text = money(units, rounding);
  return units > 0n ? `+${text}` : text;
}

/** Money to the last digit, for details and titles. */
export function moneyExact(units: Maybe): string {
  return known(units) ? exact(units, MONEY_DECIMALS) : UNKNOWN;
}

/** 1e-9 base, up to `places` digits. */
export function size(units: Maybe, places = 4): string {
  return known(units) ? grouped(units, SIZE_DECIMALS, places, { rounding: "down", min: 0 }) : UNKNOWN;
}

export function sizeExact(units: Maybe): string {
  return known(units) ? exact(units, SIZE_DECIMALS) : UNKNOWN;
}

/** Digits after the point that a price of this height is shown with: five significant ones and at least two. */
export function pricePlaces(units: bigint): number {
  const magnitude = units < 0n ? -units : units;
  for (let places = 2; places <= 12; ++places)
    if (magnitude >= 10n ** BigInt(PRICE_DECIMALS + 4 - places)) return places;
  return 12;
}

/** 1e-18 quote per base. */
export function price(units: Maybe, places?: number, rounding: Rounding = "nearest"): string {
  return known(units) ? grouped(units, PRICE_DECIMALS, places ?? pricePlaces(units), { rounding }) : UNKNOWN;
}

export function priceExact(units: Maybe): string {
  return known(units) ? exact(units, PRICE_DECIMALS) : UNKNOWN;
}

/** Units of a token with so many decimals. */
export function tokens(units: Maybe, decimals: number, places = Math.min(decimals, 2)): string {
  return known(units) ? grouped(units, decimals, places, { rounding: "down" }) : UNKNOWN;
}

/** Parts per million as percent. */
export function percent(ppm: bigint | number | undefined | null, places = 2): string {
  if (ppm === undefined || ppm === null) return UNKNOWN;
  return `${grouped(BigInt(ppm), 4, places, { min: Math.min(places, 2) })}%`;
}

/** A rate of 1e18 = 1 as percent. */
export function rate(wad: Maybe, places = 2): string {
  return known(wad) ? `${grouped(wad, 16, places, { rounding: "down" })}%` : UNKNOWN;
}

/** Multiples: 10x. `ppm`: of notional over equity. */
export function leverage(ppm: Maybe): string {
  return known(ppm) ? `${grouped(ppm, 6, 2, { rounding: "up", min: 0 })}×` : UNKNOWN;
}

/** 0x1234…abcd. */
export function address(value: string): string {
  return `${value.slice(0, 6)}…${value.slice(-4)}`;
}

export function count(value: bigint | number | undefined | null): string {
  return value === undefined || value === null ? UNKNOWN : grouped(BigInt(value), 0, 0);
}

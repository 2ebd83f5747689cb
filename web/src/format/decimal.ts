// SPDX-License-Identifier: MIT
// Every number's form, in one place. Amounts stay bigint up to their text: nothing passes through a float.
import { formatDecimal } from "../../../sdk/decimal.js";

export const MONEY_DECIMALS = 9;
export const SIZE_DECIMALS = 9;
export const PRICE_DECIMALS = 18;

/** What is not known, everywhere the same; never 0 in its place. */
export const UNKNOWN = "–";

export type Rounding = "down" | "up" | "nearest";

/** `units` of 10^-decimals, cut to `places` after the point. "down" is towards minus infinity. */
export function rounded(units: bigint, decimals: number, places: number, rounding: Rounding): bigint {
  if (places >= decimals) return units * 10n ** BigInt(places - decimals);
  const step = 10n ** BigInt(decimals - places);
  const floor = units >= 0n ? units / step : -((-units + step - 1n) / step);
  const rest = units - floor * step;
  if (rest === 0n || rounding === "down") return floor;
  return rounding === "up" || 2n * rest >= step ? floor + 1n : floor;
}

/** With thousands apart and exactly `places` digits after the point, or as few as needed from `min` on. */
export function grouped(
  units: bigint,
  decimals: number,
  places: number,
  { rounding = "nearest", min = places }: { rounding?: Rounding; min?: number } = {},
): string {
  const cut = rounded(units, decimals, places, rounding);
  const [sign, magnitude] = cut < 0n ? ["−", -cut] : ["", cut];
  const digits = magnitude.toString().padStart(places + 1, "0");
  const whole = digits.slice(0, digits.length - places).replace(/\B(?=(\d{3})+$)/g, ",");
  let rest = digits.slice(digits.length - places);
  while (rest.length > min && rest.endsWith("0")) rest = rest.slice(0, -1);
  return `${sign}${whole}${rest === "" ? "" : `.${rest}`}`;
}

/** To the last digit, as people copy it: no separators. */
export function exact(units: bigint, decimals: number): string {
  return formatDecimal(units, decimals);
}

// SPDX-License-Identifier: MIT
import { ceilDiv, floorDiv } from "./arithmetic.js";
import { OutOfRange, wholeOf } from "./range.js";
import { money, price, size, type Money, type Price, type Size } from "./units.js";

/** A text that is no amount, or is finer than its unit. */
export class NotDecimal extends Error {
  override readonly name = "NotDecimal";

  constructor(
    readonly text: unknown,
    /** What the amount is: a price, a size ... */
    readonly what: string,
    readonly reason: string,
  ) {
    super(`${what} ${typeof text === "string" ? JSON.stringify(text.slice(0, 100)) : String(text)}: ${reason}`);
  }
}

/** Digits after the point. */
const PRICE_DECIMALS = 18;
const NANO_DECIMALS = 9;
/** No amount of 256 bits has more characters than this. */
const LONGEST = 340;

/** "60000.1" quote per base, in 1e-18. A price has no sign. */
export function parsePrice(text: string): Price {
  return price(parsed(text, PRICE_DECIMALS, false, "price"));
}

/** "-0.25" base, in 1e-9: a size below zero sells. */
export function parseSize(text: string): Size {
  return size(parsed(text, NANO_DECIMALS, true, "size"));
}

/** "1000.5" quote, in 1e-9. */
export function parseMoney(text: string): Money {
  return money(parsed(text, NANO_DECIMALS, true, "money"));
}

/** "1000.5" tokens, in units of a token with so many decimals. No sign. */
export function parseTokens(text: string, decimals: number): bigint {
  return parsed(text, decimals, false, "token amount", 2n ** 256n - 1n);
}

/** Exact, without separators and trailing zeros: "60000.1". `parsePrice` reads it back. */
export function formatPrice(units: Price): string {
  return formatDecimal(units, PRICE_DECIMALS);
}

export function formatSize(units: Size): string {
  return formatDecimal(units, NANO_DECIMALS);
}

export function formatMoney(units: Money): string {
  return formatDecimal(units, NANO_DECIMALS);
}

export function formatTokens(units: bigint, decimals: number): string {
  return formatDecimal(units, decimals);
}

/** `units` of 10^-decimals as a decimal number, to the last digit. */
export function formatDecimal(units: bigint, decimals: number): string {
  if (typeof units !== "bigint") throw new OutOfRange(units, "amount", "a bigint");
  const places = Number(wholeOf(decimals, 0n, 255n, "decimals"));
  const [sign, magnitude] = units < 0n ? ["-", -units] : ["", units];
  const digits = magnitude.toString().padStart(places + 1, "0");
  const rest = digits.slice(digits.length - places).replace(/0+$/, "");
  return `${sign}${digits.slice(0, digits.length - places)}${places === 0 || rest === "" ? "" : `.${rest}`}`;
}

/** Where digits that are left out go: "down" to minus infinity, "up" to plus infinity, "nearest" with a half up. */
export type Rounding = "down" | "up" | "nearest";

/**
 * `units` of 10^-decimals with so many places after the point, as written: "60000.10". What is shown to somebody who
 * has to pay goes up, what he has or gets goes down.
 */
export function formatFixed(units: bigint, decimals: number, places: number, rounding: Rounding): string {
  if (typeof units !== "bigint") throw new OutOfRange(units, "amount", "a bigint");
  const all = Number(wholeOf(decimals, 0n, 255n, "decimals"));
  const shown = Number(wholeOf(places, 0n, 255n, "places"));
  const scaled =
    shown >= all ? units * 10n ** BigInt(shown - all) : rounded(units, 10n ** BigInt(all - shown), rounding);
  const digits = (scaled < 0n ? -scaled : scaled).toString().padStart(shown + 1, "0");
  const point = digits.length - shown;
  return `${scaled < 0n ? "-" : ""}${digits.slice(0, point)}${shown === 0 ? "" : `.${digits.slice(point)}`}`;
}

function rounded(units: bigint, by: bigint, rounding: Rounding): bigint {
  if (rounding === "up") return ceilDiv(units, by);
  return floorDiv(rounding === "down" ? units : units * 2n + by, rounding === "down" ? by : by * 2n);
}

/** A decimal number in units of 10^-decimals, exactly: no floating point, nothing rounded. */
export function parseDecimal(text: string, decimals: number): bigint {
  return parsed(text, decimals, true, "amount");
}

function parsed(text: string, decimals: number, signed: boolean, what: string, max = 2n ** 255n - 1n): bigint {
  const places = Number(wholeOf(decimals, 0n, 255n, "decimals"));
  const refused = (reason: string): NotDecimal => new NotDecimal(text, what, reason);
  if (typeof text !== "string") throw refused('give a text as "60000.1": a number has lost digits already');
  if (text === "") throw refused("it is empty");
  if (text.length > LONGEST) throw refused("it has too many digits");
  const match = /^(-?)([0-9]+)(?:\.([0-9]+))?$/.exec(text);
  if (match === null)
    throw refused(`write digits, and a point between digits where needed${signed ? ', "-" in front' : ""}: 60000.1`);
  const [, sign, whole, rest = ""] = match;
  if (sign !== "" && !signed) throw refused("it must have no sign");
  if (rest.length > places) throw refused(`it has ${rest.length} digits after the point, and at most ${places} count`);
  const magnitude = BigInt(`${whole}${rest.padEnd(places, "0")}`);
  const units = sign === "" ? magnitude : -magnitude;
  if (units > max || units < -(2n ** 255n)) throw refused("it is too large for a contract");
  return units;
}

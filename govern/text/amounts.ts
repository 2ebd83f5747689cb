// SPDX-License-Identifier: MIT
import { formatDecimal, parseDecimal } from "../../sdk/decimal.js";
import type { ParameterUnit } from "../../sdk/parameters/units.js";
import { parseSpan, span } from "./span.js";

/** A text that is no value of its unit. The message says how one is written. */
export class NotAnAmount extends Error {
  override readonly name = "NotAnAmount";
}

/** Digits after the point of a percentage: one part per million is 0.0001%. */
const PERCENT = 4;
const NANO = 9;

/** How a value of each unit is written. */
const EXAMPLES: Record<ParameterUnit, string> = {
  ppm: "5% or 0.04%",
  "ppm an hour": "0.006% / h",
  "ppm a year": "2% / y",
  seconds: "120 s, 15 min, 1 h 30 min or 2 d",
  series: "32 series",
  units: "1,000,000 units, of the token's smallest",
  quote: "1,000,000 quote",
  "1e-9 quote": "10,000.5 quote",
  "1e-9 base": "20,000 base",
};

/** A value as people write it, exactly in its unit. Throws NotAnAmount. */
export function parseAmount(text: string, unit: ParameterUnit): bigint {
  try {
    return parsed(text.trim(), unit);
  } catch (failure) {
    if (failure instanceof NotAnAmount) throw failure;
    throw wrong(text, unit);
  }
}

/** The same value as text, to the last digit; `parseAmount` reads it back. */
export function amountText(value: bigint, unit: ParameterUnit): string {
  switch (unit) {
    case "ppm":
      return `${grouped(value, PERCENT)}%`;
    case "ppm an hour":
      return `${grouped(value, PERCENT)}% / h`;
    case "ppm a year":
      return `${grouped(value, PERCENT)}% / y`;
    case "seconds":
      return span(value);
    case "series":
      return `${grouped(value, 0)} series`;
    case "units":
      return `${grouped(value, 0)} units`;
    case "quote":
      return `${grouped(value, 0)} quote`;
    case "1e-9 quote":
      return `${grouped(value, NANO)} quote`;
    case "1e-9 base":
      return `${grouped(value, NANO)} base`;
  }
}

/** Money that was computed, such as an equity: to the cent, towards minus infinity. */
export function moneyText(value: bigint): string {
  const cents = value / 10_000_000n - (value % 10_000_000n < 0n ? 1n : 0n);
  return `${grouped(cents, 2)} quote`;
}

/** A price of 1e-18 quote, with as many digits as matter to people. */
export function priceText(value: bigint): string {
  const [whole, rest = ""] = formatDecimal(value, 18).split(".");
  const zeros = /^0*/.exec(rest)![0].length;
  const kept = whole!.replace("-", "").length >= 4 ? 2 : whole === "0" || whole === "-0" ? zeros + 5 : 4;
  const shown = rest.slice(0, kept).replace(/0+$/, "");
  return `${commas(whole!)}${shown === "" ? "" : `.${shown}`}`;
}

/** Units of 10^-decimals with thousands separated. */
export function grouped(value: bigint, decimals: number): string {
  const [whole, rest] = formatDecimal(value, decimals).split(".");
  return `${commas(whole!)}${rest === undefined ? "" : `.${rest}`}`;
}

function commas(whole: string): string {
  return whole.replace(/\B(?=(\d{3})+$)/g, ",");
}

function parsed(text: string, unit: ParameterUnit): bigint {
  switch (unit) {
    case "ppm":
      return decimal(after(text, /^(.*?)\s*%$/, unit), PERCENT, text, unit);
    case "ppm an hour":
      return decimal(after(text, /^(.*?)\s*%\s*\/\s*h$/, unit), PERCENT, text, unit);
    case "ppm a year":
      return decimal(after(text, /^(.*?)\s*%\s*\/\s*y$/, unit), PERCENT, text, unit);
    case "seconds":
      return parseSpan(text) ?? refuse(text, unit);
    case "series":
      return decimal(after(text, /^(.*?)(?:\s*series)?$/, unit), 0, text, unit);
    case "units":
      return decimal(after(text, /^(.*?)(?:\s*units)?$/, unit), 0, text, unit);
    case "quote":
      return decimal(after(text, /^(.*?)(?:\s*quote)?$/, unit), 0, text, unit);
    case "1e-9 quote":
      return decimal(after(text, /^(.*?)(?:\s*quote)?$/, unit), NANO, text, unit);
    case "1e-9 base":
      return decimal(after(text, /^(.*?)(?:\s*base)?$/, unit), NANO, text, unit);
  }
}

function decimal(text: string, places: number, whole: string, unit: ParameterUnit): bigint {
  if (!/^(\d+|\d{1,3}(,\d{3})+)(\.\d+)?$/.test(text)) refuse(whole, unit);
  return parseDecimal(text.replaceAll(",", ""), places);
}

function after(text: string, form: RegExp, unit: ParameterUnit): string {
  return form.exec(text)?.[1] ?? refuse(text, unit);
}

function refuse(text: string, unit: ParameterUnit): never {
  throw wrong(text, unit);
}

function wrong(text: string, unit: ParameterUnit): NotAnAmount {
  return new NotAnAmount(`"${text.slice(0, 60)}" cannot be read as ${unit}: write it as ${EXAMPLES[unit]}`);
}

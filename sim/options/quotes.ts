// SPDX-License-Identifier: MIT
import { readTable } from "../files/readTable.js";
import type { Row } from "../files/Row.js";
import { deviationOf } from "./black.js";
import { instrumentOf } from "./instrument.js";

export const YEAR = 365 * 86_400;

/** What one option was quoted at. */
export interface Quote {
  /** Unix seconds. */
  readonly time: number;
  readonly expiry: number;
  readonly strike: number;
  readonly isCall: boolean;
  readonly forward: number;
  /** Volatilities of a root year: of the mark or of the middle, and half the spread between bid and ask. */
  readonly vol: number;
  readonly half: number;
}

/** The quotes of one expiry at one time. */
export interface Slice {
  readonly time: number;
  readonly expiry: number;
  readonly forward: number;
  readonly quotes: readonly Quote[];
}

const NEEDS = ["instrument_name", "creation_timestamp", "underlying_price"];

/** Where nobody says how wide a quote is: a volatility point to each side. */
const HALF = 0.01;

/**
 * Quotes of options in a CSV file with the columns of the largest venue's public book summaries: `instrument_name`,
 * `creation_timestamp`, `underlying_price` (the forward), and of each row `mark_iv`, or `bid_iv` and `ask_iv`
 * (percent), or `bid_price` and `ask_price` (parts of the forward). Rows of futures and of options nobody quotes are
 * passed over.
 */
export function readQuotes(file: string): Slice[] {
  const quotes: Quote[] = [];
  readTable(file, [{ needs: NEEDS }], (row) => {
    const name = row.text("instrument_name");
    const instrument = instrumentOf(name);
    if (instrument === undefined) {
      if (/-[CP]$/.test(name)) row.fail(`instrument_name is no option's: "${name}"; as BTC-28MAR25-90000-C`);
      return;
    }
    const time = row.time("creation_timestamp");
    const { expiry, strike, isCall } = instrument;
    if (expiry <= time) row.fail(`${name} has expired by then`);
    const forward = row.number("underlying_price");
    const years = (expiry - time) / YEAR;
    const vols = volsOf(row, (price) => {
      const deviation = deviationOf(price * forward, { forward, strike, isCall });
      return deviation === undefined ? undefined : deviation / Math.sqrt(years);
    });
    if (vols === undefined) return;
    quotes.push({ time, expiry, strike, isCall, forward, ...vols });
  });
  return slicesOf(quotes);
}

/** By time and expiry, strikes ascending; of a call and a put at one strike, the one that is out of the money. */
export function slicesOf(quotes: readonly Quote[]): Slice[] {
  const slices = new Map<string, Quote[]>();
  for (const quote of quotes) {
    const key = `${quote.time} ${quote.expiry}`;
    const list = slices.get(key) ?? [];
    slices.set(key, list);
    if (quote.isCall === quote.strike >= quote.forward) list.push(quote);
  }
  return [...slices.values()]
    .filter((list) => list.length > 0)
    .map((list) => {
      const { time, expiry, forward } = list[0]!;
      return { time, expiry, forward, quotes: list.sort((a, b) => a.strike - b.strike) };
    })
    .sort((a, b) => a.time - b.time || a.expiry - b.expiry);
}

function volsOf(row: Row, implied: (price: number) => number | undefined): { vol: number; half: number } | undefined {
  const percent = (column: string) => {
    const given = row.optional(column);
    return given === undefined || Number(given) === 0 ? undefined : row.number(column, { max: 1_000 }) / 100;
  };
  const price = (column: string) => {
    const given = row.optional(column);
    return given === undefined || Number(given) === 0 ? undefined : implied(row.number(column));
  };
  const [bid, ask] = [percent("bid_iv") ?? price("bid_price"), percent("ask_iv") ?? price("ask_price")];
  if (bid !== undefined && ask !== undefined && bid > ask) row.fail("the bid is above the ask");
  const half = bid !== undefined && ask !== undefined ? Math.max(1e-4, (ask - bid) / 2) : HALF;
  const vol = percent("mark_iv") ?? (bid !== undefined && ask !== undefined ? (bid + ask) / 2 : undefined);
  return vol === undefined ? undefined : { vol, half };
}

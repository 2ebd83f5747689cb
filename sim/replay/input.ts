// SPDX-License-Identifier: MIT
import { OptionError } from "../../tools/options.js";

export type Side = "long" | "short";

/** +1 for longs, -1 for shorts. */
export function signOf(side: Side): 1 | -1 {
  return side === "long" ? 1 : -1;
}

export function opposite(side: Side): Side {
  return side === "long" ? "short" : "long";
}

/**
 * A position to open: size in base, positive; margin is the cash behind it when it is opened, quote: below zero where
 * one margin for all positions covered it.
 */
export interface PositionRow {
  /** File and line that it comes from; undefined: drawn. */
  at?: string;
  account: string;
  asset: string;
  side: Side;
  size: number;
  entry: number;
  margin: number;
}

/** A mark at a time, Unix seconds. */
export interface PriceRow {
  time: number;
  asset: string;
  mark: number;
}

/**
 * A deleveraging round: positions of `side` in default, `qty` in all, bankrupt at `price`, the mark being `gap` beyond
 * it.
 */
export interface RoundRow {
  /** File and line that it comes from; undefined: drawn. */
  at?: string;
  time: number;
  asset: string;
  side: Side;
  price: number;
  qty: number;
  gap: number;
  /** Rounds of one wave are one burst of deleveraging; without the column each round is a wave of its own. */
  wave: number;
}

/** What is replayed. Prices and rounds are in order of time. */
export interface ReplayInput {
  assets: string[];
  positions: PositionRow[];
  prices: PriceRow[];
  rounds: RoundRow[];
  /** Where it comes from, for the report. */
  source: string;
}

/** The mark after a round's jump. */
export function markOf(round: RoundRow): number {
  return round.price - signOf(round.side) * round.gap;
}

/** The smallest default that locks, and the smallest trade, quote. */
export const SMALLEST_BUDGET = 1;
export const SMALLEST_TRADE = 10.05;

/** Rows that cannot be used together. Ends a command with 2. */
export class InputError extends OptionError {
  constructor(what: string, at?: string) {
    super(at === undefined ? what : `${at}: ${what}`);
  }
}

/** How far prices of one market in two files may be apart, in factors; more is another unit. */
const FAR_ENTRY = 50; // a position may be years old
const FAR_ROUND = 3;
const DAY = 86_400;

/** Checks what only shows when all files are read, and orders by time. */
export function assemble(input: Omit<ReplayInput, "assets">): ReplayInput {
  const assets = [...new Set(input.positions.map(({ asset }) => asset))].sort();
  if (assets.length === 0) throw new InputError("there are no positions");
  const prices = [...input.prices].sort((a, b) => a.time - b.time);
  const spans = spansOf(prices);
  for (const { asset, entry, at } of input.positions) {
    const span = spans.get(asset);
    if (span === undefined) {
      throw new InputError(
        `there are positions in ${asset}, but the prices have no mark of it: give its prices too`,
        at,
      );
    }
    near(span, entry, FAR_ENTRY, `entry_price ${entry}`, at);
  }
  const stray = input.rounds.find(({ asset }) => !assets.includes(asset));
  if (stray) throw new InputError(`there is a round of ${stray.asset}, but nobody has a position in it`, stray.at);
  for (const round of input.rounds) {
    const name = `the round of ${round.asset} at ${new Date(round.time * 1000).toISOString()}`;
    if (markOf(round) <= 0) throw new InputError(`${name} has a gap as large as its price`, round.at);
    const span = spans.get(round.asset)!;
    near(span, round.price, FAR_ROUND, `adl_price ${round.price}`, round.at);
    if (round.time < span.from - DAY || round.time > span.until + DAY) {
      throw new InputError(`${name} is more than a day outside of the prices: give prices of that time`, round.at);
    }
    const budget = round.qty * round.gap;
    if (budget < SMALLEST_BUDGET || round.qty * round.price < SMALLEST_TRADE) {
      throw new InputError(
        `${name} is too small: ${round.qty} at ${round.price} with a gap of ${round.gap} is worth ${round.qty * round.price} and needs ${budget}; the contracts take trades from ${SMALLEST_TRADE} and defaults from ${SMALLEST_BUDGET} quote`,
        round.at,
      );
    }
  }
  const rounds = [...input.rounds].sort((a, b) => a.time - b.time);
  return { ...input, assets, prices: prices.filter(({ asset }) => assets.includes(asset)), rounds };
}

/** What the marks of one market span, in price and time. */
interface Span {
  low: number;
  high: number;
  from: number;
  until: number;
}

/** By market; the prices are in order of time. */
function spansOf(prices: readonly PriceRow[]): Map<string, Span> {
  const spans = new Map<string, Span>();
  for (const { asset, mark, time } of prices) {
    const span = spans.get(asset);
    if (span === undefined) spans.set(asset, { low: mark, high: mark, from: time, until: time });
    else [span.low, span.high, span.until] = [Math.min(span.low, mark), Math.max(span.high, mark), time];
  }
  return spans;
}

/** Refuses a price that is more than `factor` times away from the nearest mark. */
function near({ low, high }: Span, price: number, factor: number, name: string, at: string | undefined): void {
  if (price * factor >= low && price <= high * factor) return;
  const marks = low === high ? `the mark ${low}` : `the marks ${low} to ${high}`;
  throw new InputError(`${name} is more than ${factor} times away from ${marks}: one of both has another unit`, at);
}

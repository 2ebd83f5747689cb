// SPDX-License-Identifier: MIT
import { OptionError } from "../../tools/options.js";
import { MAX_MARK } from "../../sdk/units.js";
import { FileError } from "./FileError.js";
import { Names, isQuotedIn, marketOf, nameInFile } from "./market.js";
import { readTable, type Form } from "./readTable.js";
import type { Row } from "./Row.js";

/** Marks of one market in order of time, Unix seconds. */
export interface Marks {
  asset: string;
  times: number[];
  marks: number[];
}

export interface MarkOptions {
  /** The market of rows that do not name theirs. */
  asset?: string | undefined;
  /** How many times the mark before a mark may be within a day, up or down; more is another unit. */
  maxMove?: number | undefined;
}

const OWN: Form = { needs: ["timestamp", "asset", "mark"] };
const NAMELESS: Form = { needs: ["timestamp", "mark"] };

/** Klines as the largest exchange publishes them: its spot files have no header, its futures files do. */
const KLINES: Form = {
  needs: ["open_time", "open", "high", "low", "close", "close_time"],
  bare: [
    "open_time",
    "open",
    "high",
    "low",
    "close",
    "volume",
    "close_time",
    "quote_volume",
    "count",
    "taker_buy_volume",
    "taker_buy_quote_volume",
    "ignore",
  ],
};

export const MAX_MOVE = 3;

// What any market may do over a long silence, and no mark times 100 hides behind.
const LONGEST_MOVE = 50;
const DAY = 86_400;
const A_TICK = 0.001_5;

// The feeds' unit, and the contracts' largest mark.
const MAX: number = Number(MAX_MARK / 10n ** 18n);
const CENTS = "the contracts take no larger one; is it in cents, or a feed's integer answer?";

/**
 * The marks of price files, by market: columns timestamp, asset, mark; or the exchange's klines, of which the close
 * counts at the end of its interval. Rows whose optional column kind begins "mark estimate" are left out. Times rise
 * within a market, through all files in the order given.
 */
export function readMarks(
  files: readonly string[],
  { asset, maxMove = MAX_MOVE }: MarkOptions = {},
): Map<string, Marks> {
  const series = new Map<string, Series>();
  const names = new Names();
  for (const file of files) {
    const forms = [OWN, KLINES, ...(asset === undefined ? [] : [NAMELESS])];
    readTable(file, forms, (row, form) => {
      if (row.optional("kind")?.startsWith("mark estimate")) return;
      const name = form === KLINES ? klineName(row, asset) : asset;
      const market = row.market("asset", name, names);
      const list = series.get(market) ?? { asset: market, times: [], marks: [], last: undefined, interval: undefined };
      series.set(market, list);
      const kline = form === KLINES ? closeOf(row) : undefined;
      if (kline) keepInterval(list, row, kline.seconds);
      const { time, mark } = kline ?? { time: row.time("timestamp"), mark: markOf(row, "mark") };
      follow(list, row, time, mark, maxMove);
    });
  }
  if (series.size === 0) throw new FileError(files[0]!, undefined, "has no marks, only estimates");
  return new Map([...series].map(([market, { times, marks }]) => [market, { asset: market, times, marks }]));
}

/** The text of an option such as --max-move. */
export function maxMoveOf(text: string): number {
  const value = /^\d+(\.\d+)?$/.test(text) ? Number(text) : NaN;
  if (!(value >= 1.5 && value <= 1e6))
    throw new OptionError(`--max-move must be a number from 1.5 to 1000000, not "${text}"`);
  return value;
}

interface Series extends Marks {
  /** Where the last mark stands. */
  last: string | undefined;
  /** Of klines: how long the first one is, where it stands, and whether the last one was shorter. */
  interval: { seconds: number; at: string; cut: boolean } | undefined;
}

// Months are up to 1.11 times as long as each other, the exchange's intervals at least 1.5 times.
const SAME = 1.4;

/**
 * Klines of days before klines of minutes: what a market did in a day would count as sudden, and most rows say that it
 * was a minute. One that is shorter is one that the exchange had to cut off.
 */
function keepInterval(list: Series, row: Row, seconds: number): void {
  const first = (list.interval ??= { seconds, at: row.at, cut: false });
  const cut = seconds * SAME < first.seconds;
  if (seconds > first.seconds * SAME || (cut && first.cut)) {
    row.fail(
      `a kline of ${round(seconds)} s, but of ${round(first.seconds)} s in ${first.at}: give klines of one interval for ${list.asset}`,
    );
  }
  first.cut = cut;
}

function klineName(row: Row, asset: string | undefined): string {
  const name = nameInFile(row.file);
  if (name !== undefined && asset !== undefined) {
    if (marketOf(name) === marketOf(asset)) return name;
    if (isQuotedIn(name, asset)) return asset;
    return row.fail(`--asset says ${asset}, the file's name ${name}: which of both is it?`);
  }
  return (
    name ??
    asset ??
    row.fail(
      "of which asset are these klines? Give --asset, or keep the exchange's file name, as BTCUSDT-1m-2025-01.csv",
    )
  );
}

/** The close at the end of its interval. */
function closeOf(row: Row): { time: number; mark: number; seconds: number } {
  const [opened, closed] = [row.time("open_time"), row.time("close_time")];
  if (closed <= opened) row.fail("close_time must be after open_time");
  const [open, high, low, close] = (["open", "high", "low", "close"] as const).map((column) => markOf(row, column));
  if (low! > Math.min(open!, close!) || high! < Math.max(open!, close!)) {
    row.fail(`open ${open} and close ${close} must lie between low ${low} and high ${high}: are columns exchanged?`);
  }
  // Files date the end by the last tick of the interval, a millisecond or a microsecond before the whole second.
  const end = Math.round(closed);
  const time = Math.abs(end - closed) < A_TICK ? end : closed;
  return { time, mark: close!, seconds: time - opened };
}

function markOf(row: Row, column: string): number {
  return row.number(column, { max: MAX, says: CENTS });
}

function follow(list: Series, row: Row, time: number, mark: number, maxMove: number): void {
  const [before, markBefore] = [list.times.at(-1), list.marks.at(-1)];
  if (before !== undefined && markBefore !== undefined) {
    if (time <= before) {
      const how = time === before ? "repeats that" : "goes back behind that";
      row.fail(
        `the time of ${list.asset} must rise: ${iso(time)} ${how} of ${list.last}; sort the rows, or leave one out`,
      );
    }
    const factor = Math.max(mark / markBefore, markBefore / mark);
    const days = Math.max(1, (time - before) / DAY);
    if (factor > Math.max(maxMove, Math.min(LONGEST_MOVE, maxMove * Math.sqrt(days)))) {
      row.fail(
        `mark ${mark} of ${list.asset} is ${round(factor)} times ${mark > markBefore ? "more" : "less"} than ${markBefore} ` +
          `in ${list.last}, ${round(time - before)} s before: one of both has another unit; correct it, ` +
          `or give --max-move ${Math.ceil(factor * 1.01)} if the market moved so far`,
      );
    }
  }
  list.times.push(time);
  list.marks.push(mark);
  list.last = row.at;
}

function iso(time: number): string {
  return new Date(time * 1_000).toISOString();
}

function round(value: number): number {
  return Number(value.toPrecision(4));
}

// SPDX-License-Identifier: MIT
import { MAX_MARK } from "../../sdk/units.js";
import { FileError } from "../files/FileError.js";
import { Names } from "../files/market.js";
import { readMarks, type MarkOptions } from "../files/readMarks.js";
import { readTable, type Form } from "../files/readTable.js";
import { isJson, readText } from "../files/readText.js";
import type { Row } from "../files/Row.js";
import { signOf, type PositionRow, type PriceRow, type RoundRow, type Side } from "./input.js";
import { DELEVERAGED, Deleveraged } from "./published/deleveraged.js";
import { isolated } from "./published/Holding.js";
import { readSnapshot } from "./published/readSnapshot.js";
import { PLAIN_WAVES, roundOfWave, WAVES } from "./published/waves.js";

const LARGEST = { max: Number(MAX_MARK / 10n ** 18n), says: "the contracts take no larger price; is it in cents?" };

/** The lab's own table of positions. */
const OWN: Form = { needs: ["account", "side", "size", "entry_price", "margin"] };

/** What a file of positions holds. */
export interface Population {
  positions: PositionRow[];
  /** It is in a form that others publish, of a whole venue: markets without prices are left out. */
  isPublished: boolean;
}

/**
 * Positions in one of the forms of docs/lab.md: the lab's own, with columns account, side, size, entry_price, margin,
 * and asset unless `only` names that of all; or one that was published.
 */
export function readPositions(file: string, only?: string): Population {
  const text = readText(file, true);
  if (isJson(text)) return { positions: isolated(readSnapshot(file, text)), isPublished: true };
  const seen = new Map<string, number>();
  const names = new Names();
  const rows: PositionRow[] = [];
  const published = new Deleveraged(names);
  const each = (row: Row, form: Form) => {
    if (form === DELEVERAGED) return published.add(row);
    const asset = row.market("asset", only, names);
    const account = row.text("account");
    const key = `${asset} ${account}`;
    if (seen.has(key)) row.fail(`account ${account} has a position in ${asset} already, in line ${seen.get(key)}`);
    seen.set(key, row.line);
    rows.push({
      account,
      asset,
      side: sideOf(row, "side"),
      size: row.number("size"),
      at: row.at,
      entry: row.number("entry_price", LARGEST),
      margin: row.number("margin", { min: "zero" }),
    });
  };
  readTable(file, [OWN, DELEVERAGED], each, text);
  if (rows.length === 0) return { positions: isolated(published.holdings), isPublished: true };
  checkLeverage(file, rows, ({ asset, account }) => seen.get(`${asset} ${account}`));
  return { positions: rows, isPublished: false };
}

// No population's median is beyond: a size in hundred-millionths or a margin in cents or millionths is.
const LEVERAGE = { low: 0.01, high: 500 };

/** One position may be anything; half of them are not. */
function checkLeverage(
  file: string,
  rows: readonly PositionRow[],
  lineOf: (row: PositionRow) => number | undefined,
): void {
  const behind = rows.filter(({ margin }) => margin > 0);
  const leverage = ({ size, entry, margin }: PositionRow) => (size * entry) / margin;
  const middle = behind.sort((a, b) => leverage(a) - leverage(b))[Math.floor(behind.length / 2)];
  if (middle === undefined) return;
  const times = leverage(middle);
  if (times >= LEVERAGE.low && times <= LEVERAGE.high) return;
  const max = times > LEVERAGE.high ? "at least" : "at most";
  throw new FileError(
    file,
    lineOf(middle),
    `half of the positions are ${max} ${Number(times.toPrecision(4))} times their margin, as this one is: ` +
      `size, entry_price or margin is in another unit`,
  );
}

/** The marks of price files, in order of time. */
export function readPrices(files: readonly string[], options?: MarkOptions): PriceRow[] {
  const rows = [...readMarks(files, options).values()].flatMap(({ asset, times, marks }) =>
    times.map((time, i) => ({ time, asset, mark: marks[i]! })),
  );
  return rows.sort((a, b) => a.time - b.time);
}

/** The lab's own table of rounds. */
const ROUNDS: Form = { needs: ["asset", "timestamp", "adl_price", "qty", "mark_exec_gap"] };

/**
 * Columns asset, timestamp, adl_price, qty, mark_exec_gap; wave and side (of the defaulters, else long) are optional.
 * Or waves as they were published, whose price is the mark of `prices` before them. Times rise within a market.
 */
export function readRounds(file: string, prices: readonly PriceRow[] = []): RoundRow[] {
  const names = new Names();
  const last = new Map<string, RoundRow>();
  const rows: RoundRow[] = [];
  const marks = new Map<string, PriceRow[]>();
  for (const price of prices) {
    const own = marks.get(price.asset);
    if (own === undefined) marks.set(price.asset, [price]);
    else own.push(price);
  }
  readTable(file, [ROUNDS, WAVES, PLAIN_WAVES], (row, form) => {
    const round = form === ROUNDS ? roundOf(row, names, rows.length) : roundOfWave(row, form, names, marks);
    if (round === undefined) return;
    const before = last.get(round.asset);
    if (before !== undefined && round.time <= before.time) {
      row.fail(`the time of ${round.asset} must rise: that of ${before.at} is the same or later; sort the rounds`);
    }
    last.set(round.asset, round);
    rows.push(round);
  });
  return rows;
}

function roundOf(row: Row, names: Names, before: number): RoundRow {
  const round: RoundRow = {
    asset: row.market("asset", undefined, names),
    time: row.time("timestamp"),
    at: row.at,
    price: row.number("adl_price", LARGEST),
    qty: row.number("qty"),
    gap: row.number("mark_exec_gap", LARGEST),
    side: row.optional("side") === undefined ? "long" : sideOf(row, "side"),
    wave: row.optional("wave") === undefined ? -1 - before : row.number("wave", { min: "zero" }),
  };
  if (!Number.isInteger(round.wave)) row.fail(`wave must be a whole number, not ${round.wave}`);
  if (round.price - signOf(round.side) * round.gap <= 0) row.fail("mark_exec_gap is as large as adl_price");
  return round;
}

function sideOf(row: Row, column: string): Side {
  const value = row.text(column).toLowerCase();
  if (value === "long" || value === "short") return value;
  return row.fail(`${column} must be long or short, not "${row.text(column)}"`);
}

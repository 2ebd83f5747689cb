// SPDX-License-Identifier: MIT
import { MAX_MARK } from "../../sdk/units.js";
import { FileError } from "../files/FileError.js";
import { Names } from "../files/market.js";
import { readMarks, type MarkOptions } from "../files/readMarks.js";
import { readTable } from "../files/readTable.js";
import type { Row } from "../files/Row.js";
import { signOf, type PositionRow, type PriceRow, type RoundRow, type Side } from "./input.js";

const LARGEST = { max: Number(MAX_MARK / 10n ** 18n), says: "the contracts take no larger price; is it in cents?" };

/** Columns account, side, size, entry_price, margin, and asset unless `only` names the asset of all. */
export function readPositions(file: string, only?: string): PositionRow[] {
  const seen = new Map<string, number>();
  const names = new Names();
  const rows: PositionRow[] = [];
  readTable(file, [{ needs: ["account", "side", "size", "entry_price", "margin"] }], (row) => {
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
  });
  checkLeverage(file, rows, ({ asset, account }) => seen.get(`${asset} ${account}`));
  return rows;
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

/**
 * Columns asset, timestamp, adl_price, qty, mark_exec_gap; wave and side (of the defaulters, else long) are optional.
 * Times rise within a market.
 */
export function readRounds(file: string): RoundRow[] {
  const names = new Names();
  const last = new Map<string, RoundRow>();
  const rows: RoundRow[] = [];
  readTable(file, [{ needs: ["asset", "timestamp", "adl_price", "qty", "mark_exec_gap"] }], (row) => {
    const round: RoundRow = {
      asset: row.market("asset", undefined, names),
      time: row.time("timestamp"),
      at: row.at,
      price: row.number("adl_price", LARGEST),
      qty: row.number("qty"),
      gap: row.number("mark_exec_gap", LARGEST),
      side: row.optional("side") === undefined ? "long" : sideOf(row, "side"),
      wave: row.optional("wave") === undefined ? -1 - rows.length : row.number("wave", { min: "zero" }),
    };
    if (!Number.isInteger(round.wave)) row.fail(`wave must be a whole number, not ${round.wave}`);
    if (round.price - signOf(round.side) * round.gap <= 0) row.fail("mark_exec_gap is as large as adl_price");
    const before = last.get(round.asset);
    if (before !== undefined && round.time <= before.time) {
      row.fail(`the time of ${round.asset} must rise: that of ${before.at} is the same or later; sort the rounds`);
    }
    last.set(round.asset, round);
    rows.push(round);
  });
  return rows;
}

function sideOf(row: Row, column: string): Side {
  const value = row.text(column).toLowerCase();
  if (value === "long" || value === "short") return value;
  return row.fail(`${column} must be long or short, not "${row.text(column)}"`);
}

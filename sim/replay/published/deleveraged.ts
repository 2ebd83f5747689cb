// SPDX-License-Identifier: MIT
import type { Names } from "../../files/market.js";
import type { Form } from "../../files/readTable.js";
import type { Row } from "../../files/Row.js";
import type { Holding } from "./Holding.js";

/** Who was deleveraged and what he was worth, a row an execution: `adl_detailed_analysis_REALTIME.csv`. */
export const DELEVERAGED: Form = {
  needs: [
    "user",
    "coin",
    "time",
    "adl_price",
    "adl_size",
    "position_size",
    "entry_price",
    "account_value_realtime",
    "total_unrealized_pnl",
    "total_equity",
    "is_negative_equity",
    "position_unrealized_pnl",
  ],
};

// Sums of floating-point numbers that others have rounded.
const CLOSE = 1e-6;

/** Collects each account's position in a market, as it was before its first execution. */
export class Deleveraged {
  private readonly first = new Map<string, { time: number; holding: Holding }>();

  constructor(private readonly names: Names) {}

  add(row: Row): void {
    const asset = row.market("coin", undefined, this.names);
    const account = row.text("user");
    const time = row.time("time");
    const mark = row.number("adl_price");
    const closed = row.number("adl_size");
    const size = row.signed("position_size");
    const entry = row.number("entry_price");
    const equity = row.signed("total_equity");
    if (Math.abs(size) < closed * (1 - CLOSE)) {
      row.fail(`adl_size ${closed} is more than position_size ${size}: a position cannot be closed beyond nothing`);
    }
    agree(row, "position_unrealized_pnl", size * (mark - entry), Math.abs(size) * (mark + entry));
    const [cash, gain] = [row.signed("account_value_realtime"), row.signed("total_unrealized_pnl")];
    agree(row, "total_equity", cash + gain, Math.abs(cash) + Math.abs(gain));
    const negative = row.text("is_negative_equity").toLowerCase();
    if (negative !== String(equity < 0)) {
      row.fail(
        `is_negative_equity is "${negative}", but total_equity is ${equity}: it must be True below zero, else False`,
      );
    }
    const key = `${asset} ${account}`;
    const before = this.first.get(key);
    if (before !== undefined && before.time <= time) return;
    this.first.set(key, { time, holding: { at: row.at, account, asset, size, entry, mark, equity } });
  }

  get holdings(): Holding[] {
    return [...this.first.values()].map(({ holding }) => holding);
  }
}

/** A cell that others computed from cells beside it. */
function agree(row: Row, column: string, expected: number, scale: number): void {
  const found = row.signed(column);
  if (Math.abs(found - expected) <= CLOSE * Math.max(1, scale)) return;
  row.fail(`${column} is ${found}, but the cells beside it make ${Number(expected.toPrecision(9))}`);
}

// SPDX-License-Identifier: MIT
import { readFileSync } from "node:fs";
import { CsvError, parse } from "csv-parse/sync";
import type { PositionRow, PriceRow, RoundRow, Side } from "./input.js";

/** A file or a row of it that cannot be used; the message says where and why. */
export class CsvRowError extends Error {
  constructor(file: string, line: number | undefined, what: string) {
    super(`${file}${line === undefined ? "" : `:${line}`}: ${what}`);
  }
}

/** One row under its header, for which wrong cells are named errors. */
class Row {
  constructor(
    private readonly file: string,
    readonly line: number,
    private readonly cells: Record<string, string>,
  ) {}

  fail(what: string): never {
    throw new CsvRowError(this.file, this.line, what);
  }

  text(column: string): string {
    const value = this.cells[column] ?? "";
    return value === "" ? this.fail(`${column} is empty`) : value;
  }

  optional(column: string): string | undefined {
    return this.cells[column] || undefined;
  }

  /** A finite number above zero, or not below it. */
  number(column: string, least: "positive" | "zero" = "positive"): number {
    const text = this.text(column);
    const value = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text) ? Number(text) : NaN;
    if (!Number.isFinite(value)) this.fail(`${column} is not a number: "${text}"`);
    if (value < 0 || (value === 0 && least === "positive")) {
      this.fail(`${column} must be ${least === "positive" ? "above zero" : "zero or more"}, not ${text}`);
    }
    return value;
  }

  /** Unix seconds, or a date and time in ISO 8601; UTC unless it says otherwise. */
  time(column: string): number {
    const text = this.text(column);
    if (/^\d+(\.\d+)?$/.test(text)) {
      const value = Number(text);
      return value > 1e11 ? value / 1000 : value; // milliseconds
    }
    const iso = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:?\d\d)?$/;
    const value = iso.test(text) ? Date.parse(/(Z|[+-]\d\d:?\d\d)$/.test(text) ? text : `${text}Z`) : NaN;
    if (!Number.isFinite(value)) this.fail(`${column} is neither Unix time nor ISO 8601: "${text}"`);
    return value / 1000;
  }

  side(column: string): Side {
    const value = this.text(column).toLowerCase();
    if (value === "long" || value === "short") return value;
    return this.fail(`${column} must be long or short, not "${this.text(column)}"`);
  }
}

/** The rows of a CSV file that has at least these columns. */
export function rowsOf(file: string, columns: readonly string[]): Row[] {
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch (error) {
    throw new CsvRowError(file, undefined, `cannot be read: ${(error as Error).message}`);
  }
  try {
    const records = parse(text, {
      ...{ bom: true, trim: true, info: true, skip_empty_lines: true },
      columns: (header: string[]) => {
        const missing = columns.filter((column) => !header.includes(column));
        if (missing.length > 0) throw new CsvRowError(file, 1, `column ${missing.join(", ")} is missing`);
        return header;
      },
    }) as unknown as { record: Record<string, string>; info: { lines: number } }[];
    return records.map(({ record, info }) => new Row(file, info.lines, record));
  } catch (error) {
    if (error instanceof CsvError) throw new CsvRowError(file, Number(error["lines"]) || undefined, error.message);
    throw error;
  }
}

/** Columns account, side, size, entry_price, margin, and asset unless `only` names the asset of all. */
export function readPositions(file: string, only?: string): PositionRow[] {
  const seen = new Map<string, number>();
  return rowsOf(file, ["account", "side", "size", "entry_price", "margin"]).map((row) => {
    const asset = row.optional("asset") ?? only ?? row.fail("which asset? Add a column asset, or give --asset");
    const account = row.text("account");
    const key = `${asset} ${account}`;
    if (seen.has(key)) row.fail(`account ${account} has a position in ${asset} already, in line ${seen.get(key)}`);
    seen.set(key, row.line);
    return {
      ...{ account, asset, side: row.side("side"), size: row.number("size"), entry: row.number("entry_price") },
      margin: row.number("margin", "zero"),
    };
  });
}

/** Columns timestamp, asset, mark. Rows whose optional column kind begins "mark estimate" are left out. */
export function readPrices(file: string): PriceRow[] {
  return rowsOf(file, ["timestamp", "asset", "mark"])
    .filter((row) => !row.optional("kind")?.startsWith("mark estimate"))
    .map((row) => ({ time: row.time("timestamp"), asset: row.text("asset"), mark: row.number("mark") }));
}

/** Columns asset, timestamp, adl_price, qty, mark_exec_gap; wave and side (of the defaulters, else long) are optional. */
export function readRounds(file: string): RoundRow[] {
  return rowsOf(file, ["asset", "timestamp", "adl_price", "qty", "mark_exec_gap"]).map((row, index) => ({
    ...{ asset: row.text("asset"), time: row.time("timestamp"), price: row.number("adl_price") },
    ...{ qty: row.number("qty"), gap: row.number("mark_exec_gap") },
    side: row.optional("side") === undefined ? "long" : row.side("side"),
    wave: row.optional("wave") === undefined ? -1 - index : row.number("wave", "zero"),
  }));
}

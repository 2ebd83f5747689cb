// SPDX-License-Identifier: MIT
import type { Clock } from "./Clock.js";
import { FileError } from "./FileError.js";
import type { Names } from "./market.js";
import { numberOf } from "./numberOf.js";

export interface Bounds {
  min?: "positive" | "zero";
  max?: number;
  /** What a number beyond them is likely to be. */
  says?: string;
}

// Larger numbers of anything are of another unit, such as the contracts' own integers.
const MAX = 1e13;
const MIN = 1e-9; // the contracts' unit of size and money

/** One row under its header, for which wrong cells are named errors. */
export class Row {
  constructor(
    readonly file: string,
    readonly line: number,
    private readonly columns: ReadonlyMap<string, number>,
    private readonly cells: readonly string[],
    private readonly clock: Clock,
  ) {}

  get at(): string {
    return `${this.file}:${this.line}`;
  }

  fail(what: string): never {
    throw new FileError(this.file, this.line, what);
  }

  text(column: string): string {
    return this.optional(column) ?? this.fail(`${column} is empty`);
  }

  optional(column: string): string | undefined {
    const index = this.columns.get(column);
    return (index === undefined ? undefined : this.cells[index]) || undefined;
  }

  /** A finite number above zero, or not below it, of a plausible size. */
  number(column: string, { min = "positive", max = MAX, says = "it is of another unit" }: Bounds = {}): number {
    const text = this.text(column);
    const value = numberOf(text);
    if (typeof value === "string") return this.fail(`${column} ${value}`);
    if (value < 0 || (value === 0 && min === "positive")) {
      this.fail(`${column} must be ${min === "positive" ? "above zero" : "zero or more"}, not ${text}`);
    }
    if (value > max) this.fail(`${column} must be at most ${max}, not ${text}: ${says}`);
    if (value !== 0 && value < MIN) this.fail(`${column} must be at least ${MIN}, not ${text}: ${says}`);
    return value;
  }

  /** A finite number of either sign, of a plausible size: amounts of money that may be owed. */
  signed(column: string): number {
    const text = this.text(column);
    const value = numberOf(text);
    if (typeof value === "string") return this.fail(`${column} ${value}`);
    if (Math.abs(value) > MAX) this.fail(`${column} must be within ${MAX} on either side, not ${text}: another unit`);
    return value;
  }

  /** Unix seconds. */
  time(column: string): number {
    const time = this.clock.read(this.text(column), this.line);
    return typeof time === "string" ? this.fail(`${column} ${time}`) : time;
  }

  /** The market that `column` names, `only` where there is none. */
  market(column: string, only: string | undefined, names: Names): string {
    const name = this.optional(column) ?? only ?? this.fail(`which asset? Add a column ${column}, or give --asset`);
    const found = names.market(name, this.at);
    return typeof found === "string" ? this.fail(found) : found.market;
  }
}

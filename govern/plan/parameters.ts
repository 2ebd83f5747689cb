// SPDX-License-Identifier: MIT
import type { Bounds, Integers, Range } from "../../sdk/parameters/bounds.js";
import type { ParameterUnit } from "../../sdk/parameters/units.js";
import { amountText } from "../text/amounts.js";
import type { Problems } from "./drafts.js";
import type { Change } from "./Operation.js";

type Units = Readonly<Record<string, ParameterUnit>>;

/** Parameters of one scope as they are, as they are wished, and what the wish is allowed. */
export interface ParameterWish<U extends Units> {
  readonly scope: string;
  readonly path: readonly string[];
  readonly units: U;
  readonly bounds: Bounds<{ readonly [name in keyof U]: bigint }>;
  /** Undefined: there are none yet, so all have to be wished. */
  readonly present: Integers<{ readonly [name in keyof U]: unknown }> | undefined;
  readonly wished: { readonly [name in keyof U]?: bigint | undefined };
  /** What all of them are wished for; default: a market. */
  readonly what?: string;
}

/** All values after the wish and what changes; undefined: nothing does, or it is refused. */
export function parametersAfter<U extends Units>(
  wish: ParameterWish<U>,
  problems: Problems,
): { values: { [name in keyof U]: bigint }; changes: Change[] } | undefined {
  const { scope, path, units, bounds, present, wished, what = "market" } = wish;
  const names = Object.keys(units) as (keyof U & string)[];
  const missing = names.filter((name) => wished[name] === undefined && present === undefined);
  for (const name of missing) problems.add("bad", [...path, name], `it is missing: a new ${what} needs all of them`);
  if (missing.length > 0) return undefined;
  const entries = names.map((name) => [name, wished[name] ?? present![name]] as const);
  const values = Object.fromEntries(entries) as { [name in keyof U]: bigint };
  const changed = names.filter((name) => present?.[name] !== values[name]);
  if (changed.length === 0) return undefined;
  for (const name of names) {
    const [low, high] = bounds[name](values);
    const value = values[name];
    if (value >= low && value <= high) continue;
    const own = wished[name] !== undefined;
    const is = own ? amountText(value, units[name]!) : `stays at ${amountText(value, units[name]!)}`;
    const why = `${name} ${own ? `is ${is}` : is} and must be ${boundsText([low, high], units[name]!)}${own ? "" : ", by what the file changes"}`;
    problems.add("beyond", own ? [...path, name] : path, why);
  }
  const changes = changed.map((name): Change => {
    const unit = units[name]!;
    const before = present === undefined ? "–" : amountText(present[name], unit);
    return {
      scope,
      name,
      before,
      after: amountText(values[name], unit),
      bounds: boundsText(bounds[name](values), unit),
    };
  });
  return { values, changes };
}

/** "from 1% to 100%". */
export function boundsText([low, high]: Range, unit: ParameterUnit): string {
  return high < low
    ? "nothing, as its bounds exclude each other"
    : `from ${amountText(low, unit)} to ${amountText(high, unit)}`;
}

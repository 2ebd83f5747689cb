// SPDX-License-Identifier: MIT
import type { Range } from "../../../sdk/parameters/bounds.js";
import { MARKET_BOUNDS, MARKET_UNITS } from "../../../sdk/parameters/market.js";
import type { ParameterUnit } from "../../../sdk/parameters/units.js";
import { VENUE_BOUNDS, VENUE_UNITS } from "../../../sdk/parameters/venue.js";

/** A parameter as it is, with what the contracts would take in its place while all others stay. */
export interface ParameterRow {
  readonly name: string;
  readonly unit: ParameterUnit;
  readonly value: bigint;
  readonly low: bigint;
  readonly high: bigint;
}

type Values<Units> = { readonly [name in keyof Units]: bigint | number };

export function marketParameters(values: Values<typeof MARKET_UNITS>): ParameterRow[] {
  return rowsOf(MARKET_UNITS, MARKET_BOUNDS, values);
}

export function venueParameters(values: Values<typeof VENUE_UNITS>): ParameterRow[] {
  return rowsOf(VENUE_UNITS, VENUE_BOUNDS, values);
}

/** What a parameter is counted in, by its scope (`venue`, `group-N`, `market-N`); undefined: it is no quantity. */
export function unitOf(scope: string, name: string): ParameterUnit | undefined {
  if (name === "vaultBudget") return "1e-9 quote";
  const units: Readonly<Record<string, ParameterUnit>> = scope === "venue" ? VENUE_UNITS : MARKET_UNITS;
  return Object.hasOwn(units, name) ? units[name] : undefined;
}

function rowsOf<Name extends string>(
  units: Readonly<Record<Name, ParameterUnit>>,
  bounds: Readonly<Record<Name, (all: Readonly<Record<Name, bigint>>) => Range>>,
  values: Readonly<Record<Name, bigint | number>>,
): ParameterRow[] {
  const names = Object.keys(units) as Name[];
  const all = Object.fromEntries(names.map((name) => [name, BigInt(values[name])])) as Record<Name, bigint>;
  return names.map((name) => {
    const [low, high] = bounds[name](all);
    return { name, unit: units[name], value: all[name], low, high };
  });
}

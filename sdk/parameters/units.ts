// SPDX-License-Identifier: MIT
import type { Money, Size } from "../units.js";

/** What a parameter is counted in. */
export type ParameterUnit =
  "ppm" | "ppm an hour" | "ppm a year" | "seconds" | "series" | "units" | "quote" | "1e-9 quote" | "1e-9 base";

/** The values of parameters whose units `U` lists by name. */
export type ParametersIn<U extends Readonly<Record<string, ParameterUnit>>> = {
  readonly [name in keyof U]: U[name] extends "1e-9 quote" ? Money : U[name] extends "1e-9 base" ? Size : bigint;
};

/** All of them zero: before the event that sets them. */
export function noParameters<U extends Readonly<Record<string, ParameterUnit>>>(units: U): ParametersIn<U> {
  return Object.fromEntries(Object.keys(units).map((name) => [name, 0n])) as ParametersIn<U>;
}

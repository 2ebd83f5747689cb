// SPDX-License-Identifier: MIT
import type { ParameterUnit } from "../../../sdk/parameters/units.js";
import { MONEY_DECIMALS, SIZE_DECIMALS, grouped } from "./decimal";
import { percent } from "./index";
import { span } from "./time";

/** Digits of a percentage of parts per million: all of them. */
const PLACES = 4;

/** A parameter's value in people's units, exactly: a least size of 1e-9 is not shown as 0. */
export function parameterValue(value: bigint, unit: ParameterUnit): string {
  switch (unit) {
    case "ppm":
      return percent(value, PLACES);
    case "ppm an hour":
      return `${percent(value, PLACES)} / h`;
    case "ppm a year":
      return `${percent(value, PLACES)} / y`;
    case "seconds":
      return span(value);
    case "series":
    case "units":
    case "quote":
      return grouped(value, 0, 0);
    case "1e-9 quote":
      return grouped(value, MONEY_DECIMALS, MONEY_DECIMALS, { min: 2 });
    case "1e-9 base":
      return grouped(value, SIZE_DECIMALS, SIZE_DECIMALS, { min: 0 });
  }
}

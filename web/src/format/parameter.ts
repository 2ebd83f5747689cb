// SPDX-License-Identifier: MIT
import type { ParameterUnit } from "../../../sdk/parameters/units.js";
import { grouped } from "./decimal";
import { money, percent, size } from "./index";
import { span } from "./time";

/** Digits of a percentage of parts per million: all of them. */
const PLACES = 4;

/** A parameter's value in people's units, exactly but for money and sizes, which a title gives in full. */
export function parameterValue(value: bigint, unit: ParameterUnit): string {
  switch (unit) {
    case "ppm":
      return percent(value, PLACES);
    case "ppm an hour":
      return `${percent(value, PLACES)} / h`;
    case "seconds":
      return span(value);
    case "quote":
      return grouped(value, 0, 0);
    case "1e-9 quote":
      return money(value);
    case "1e-9 base":
      return size(value);
  }
}

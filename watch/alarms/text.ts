// SPDX-License-Identifier: MIT
import { formatFixed } from "../../sdk/decimal.js";

/** Money of 1e-9 quote, to the hundredth. */
export function moneyText(nano: bigint): string {
  return `${formatFixed(nano, 9, 2, "down")} quote`;
}

/** A number of so many decimals, to six of them. */
export function decimalText(units: bigint, decimals: number): string {
  return formatFixed(units, decimals, 6, "down");
}

/** A share in ppm, as percent. */
export function shareText(ppm: bigint): string {
  return `${formatFixed(ppm, 4, 1, "down")}%`;
}

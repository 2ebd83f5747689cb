// SPDX-License-Identifier: MIT
import { MAX_MARKETS } from "./AccountInput.js";

// Accounts that hold the same side of the same markets move alike. A combination of sides is a number in base 3, a
// digit a market: 0 no position, 1 long, 2 short.

export const COMBINATIONS = 3 ** MAX_MARKETS;

/** The digit of a long (true) or short position in `market`. */
export function digitOf(market: number, long: boolean): number {
  return (long ? 1 : 2) * 3 ** market;
}

/** For each combination the places `2 * market`, for shorts `+ 1`, of its positions. */
export const PLACES: readonly (readonly number[])[] = Array.from({ length: COMBINATIONS }, (_, combination) => {
  const places: number[] = [];
  for (let market = 0; market < MAX_MARKETS; ++market) {
    const digit = Math.floor(combination / 3 ** market) % 3;
    if (digit !== 0) places.push(2 * market + digit - 1);
  }
  return places;
});

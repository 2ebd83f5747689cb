// SPDX-License-Identifier: MIT
import { black } from "./black.js";
import { YEAR } from "./quotes.js";

/** What a group's marks follow from. Times are Unix seconds; the level multiplies all volatilities. */
export interface Factors {
  readonly spot: number;
  readonly level: number;
  readonly time: number;
}

/** A series: an option, a dated future, or the perpetual. */
export interface Series {
  readonly kind: "call" | "put" | "future" | "perpetual";
  readonly expiry: number;
  readonly strike: number;
  /** Volatility at level 1, and what the forward is above spot. */
  readonly vol: number;
  readonly basis: number;
  /** The price at which it expires: the mean of spot over the last half hour. */
  readonly settlement?: number;
}

/** The mark of a series: Black-76 on the forward, and at its expiry what it pays. */
export function markOf(series: Series, { spot, level, time }: Factors): number {
  if (series.kind === "perpetual") return spot;
  const left = Math.max(0, series.expiry - time) / YEAR;
  const forward = left === 0 ? (series.settlement ?? spot) : spot * (1 + series.basis);
  if (series.kind === "future") return forward;
  const deviation = series.vol * level * Math.sqrt(left);
  return black({ forward, strike: series.strike, deviation, isCall: series.kind === "call" });
}

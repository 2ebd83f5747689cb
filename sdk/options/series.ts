// SPDX-License-Identifier: MIT
import type { GroupId, MarketId } from "../order.js";
import { bigintOf, wholeOf } from "../range.js";

/**
 * A series of an option group: `group << 8 | index`. It is the market of orders for it, and everything that takes a
 * market of a linear group takes it.
 */
export type SeriesId = MarketId & { readonly seriesId: true };

/** Expiries that a group has at most at a time, and strikes of each. */
export const LADDERS = 8;
export const STRIKES = 15;

/** Of the perpetual in its group. */
export const PERPETUAL_INDEX = 255;

const FUTURE = 30n;
const PERPETUAL = BigInt(PERPETUAL_INDEX);

/** What a series is. `ladder`: 0 to 7, the place of its expiry; `strike`: 0 to 14, from the lowest. */
export type SeriesKind =
  | { readonly type: "perpetual" }
  | { readonly type: "future"; readonly ladder: number }
  | { readonly type: "call" | "put"; readonly ladder: number; readonly strike: number };

/** The series of a group that is of this kind. */
export function seriesOf(group: number | bigint, kind: SeriesKind): SeriesId {
  return ((wholeOf(group, 1n, 2n ** 24n - 1n, "group id") << 8n) | indexOf(kind)) as SeriesId;
}

/** What a series is. Throws OutOfRange for a number that no series has. */
export function seriesKind(series: MarketId): SeriesKind {
  const index = seriesIndex(series);
  if (index === PERPETUAL) return { type: "perpetual" };
  const [ladder, place] = [Number(index >> 5n), index & 31n];
  bigintOf(place, 0n, FUTURE, "place in a ladder");
  if (place === FUTURE) return { type: "future", ladder };
  return { type: (place & 1n) === 1n ? "put" : "call", ladder, strike: Number(place >> 1n) };
}

export function seriesGroup(series: MarketId): GroupId {
  return (series >> 8n) as GroupId;
}

/** The index of a series in its group: which bit it is in what an account holds. */
export function seriesIndex(series: MarketId): bigint {
  return series & 255n;
}

/** The series of a group whose bits are set, from the lowest. */
export function seriesHeld(group: number | bigint, held: bigint): SeriesId[] {
  const list: SeriesId[] = [];
  for (let index = 0n; held >> index !== 0n; ++index) {
    if (((held >> index) & 1n) === 1n) list.push(((BigInt(group) << 8n) | index) as SeriesId);
  }
  return list;
}

function indexOf(kind: SeriesKind): bigint {
  if (kind.type === "perpetual") return PERPETUAL;
  const ladder = wholeOf(kind.ladder, 0n, BigInt(LADDERS - 1), "ladder") << 5n;
  if (kind.type === "future") return ladder | FUTURE;
  const strike = wholeOf(kind.strike, 0n, BigInt(STRIKES - 1), "strike") << 1n;
  return ladder | strike | (kind.type === "put" ? 1n : 0n);
}

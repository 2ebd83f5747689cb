// SPDX-License-Identifier: MIT
import type { PositionRow } from "../input.js";

/** A position as a venue with one margin for all positions of an account tells it. */
export interface Holding {
  /** Where it stands in its file. */
  at: string;
  account: string;
  asset: string;
  /** Base, negative for shorts; not zero. */
  size: number;
  entry: number;
  /** The mark by which it is valued. */
  mark: number;
  /** What its account is worth with all its positions, quote; below zero for who owes. */
  equity: number;
}

/**
 * Accounts of one margin as the lab has them, one for each market: an account's equity is split over its positions by
 * their notional. What stood behind a position when it was opened is its part, less what it has gained since; below
 * zero where its gain covers other losses.
 */
export function isolated(holdings: readonly Holding[]): PositionRow[] {
  const notional = ({ size, mark }: Holding) => Math.abs(size) * mark;
  const whole = new Map<string, number>();
  for (const each of holdings) whole.set(each.account, (whole.get(each.account) ?? 0) + notional(each));
  return holdings.map((each) => {
    const { at, account, asset, size, entry, mark, equity } = each;
    const part = (equity * notional(each)) / whole.get(account)!;
    const side = size > 0 ? "long" : "short";
    return { at, account, asset, side, size: Math.abs(size), entry, margin: part - size * (mark - entry) };
  });
}

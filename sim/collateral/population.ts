// SPDX-License-Identifier: MIT
import type { Random } from "../../tools/random.js";

/** Of each market, at the first mark. */
export const MARKETS = [
  { symbol: "BTC", mark: 112_000, initial: 0.05, maintenance: 0.03 },
  { symbol: "SOL", mark: 185, initial: 0.06, maintenance: 0.04 },
] as const;

/** What a unit of the collateral costs at first. */
export const FIRST = 1_000;

/**
 * Longs in cash, longs and shorts whose margin is nearly all pledged, and carry: a pledge, and a short of SOL for what
 * it is worth. "street" is the other side of them all.
 */
export const SORTS = ["long in cash", "long, pledged", "short, pledged", "carry", "street"] as const;
export type Sort = (typeof SORTS)[number];

export interface Account {
  readonly sort: Sort;
  /** Cash less what its positions cost. */
  base: number;
  readonly sizes: number[];
  units: number;
  offeredAt: number | undefined;
}

/** `each` accounts of each sort but street, all within initial margin at the first marks. */
export function draw(random: Random, each: number, haircut: number): Account[] {
  const list: Account[] = [];
  const open = (sort: Sort, cash: number, units: number, notionals: readonly number[]) => {
    const sizes = notionals.map((notional, k) => notional / MARKETS[k]!.mark);
    list.push({
      sort,
      base: cash - notionals.reduce((sum, each) => sum + each, 0),
      sizes,
      units,
      offeredAt: undefined,
    });
  };
  for (let i = 0; i < each; ++i) {
    const wealth = 2_000 * Math.exp(3 * random());
    const leverage = 3 + 12 * random();
    const share = random();
    const long = [wealth * leverage * share, wealth * leverage * (1 - share)];
    const cash = wealth * 0.1 * random();
    const units = (wealth - cash) / (FIRST * (1 - haircut));
    open("long in cash", wealth, 0, long);
    open("long, pledged", cash, units, long);
    open(
      "short, pledged",
      cash,
      units,
      long.map((notional) => -notional),
    );
    open("carry", cash, units, [0, -units * FIRST]);
  }
  const other = MARKETS.map(({ mark }, k) => -list.reduce((sum, { sizes }) => sum + sizes[k]! * mark, 0));
  open("street", 0.5 * other.reduce((sum, each) => sum + Math.abs(each), 0), 0, other);
  return list;
}

export function valueOf({ base, sizes }: Account, marks: readonly number[]): number {
  return sizes.reduce((sum, size, k) => sum + size * marks[k]!, base);
}

export function initialOf({ sizes }: Account, marks: readonly number[]): number {
  return sizes.reduce((sum, size, k) => sum + Math.abs(size) * marks[k]! * MARKETS[k]!.initial, 0);
}

export function maintenanceOf({ sizes }: Account, marks: readonly number[]): number {
  return sizes.reduce((sum, size, k) => sum + Math.abs(size) * marks[k]! * MARKETS[k]!.maintenance, 0);
}

// SPDX-License-Identifier: MIT
import { normal, type Random } from "../../tools/random.js";

/**
 * A position to open. `notional`: quote at the market's first mark, negative for shorts; `step`: at which of the marks
 * before the run.
 */
export interface Wish {
  symbol: string;
  notional: number;
  step: number;
}

/** Somebody with one account. */
export interface Person {
  group: number;
  wishes: Wish[];
  /** Notional over cash when he opens. */
  leverage: number;
}

export interface Crowd {
  accounts: number;
  /** The markets of each clearing group. */
  groups: readonly (readonly string[])[];
  /** The highest leverage; the lowest is 2. */
  maxLeverage: number;
  /** The share of the longs that the first account of each market holds; 0: nobody is larger than he is drawn. */
  whale?: number;
  /**
   * Notional of every position is drawn between these, all alike likely; else sizes spread over three powers of ten.
   */
  notional?: readonly [number, number];
}

/** Marks at which positions open, as parts of the first mark of the run: not all on one level of the queue. */
export const STEPS: readonly number[] = [-0.004, -0.0025, -0.001, 0.001, 0.0025, 0.004, 0];

const MIN_LEVERAGE = 2;
const MEDIAN = 20_000; // quote
const SPREAD = 1.2; // of the logarithm: a hundredth of all positions is 16 times the median or more
const MIN_NOTIONAL = 200;
const CROSS = 0.5; // of a group with several markets: who has two of them
const WHALE_LEVERAGE = 10;

/**
 * Longs and shorts of the same size in every market. Sizes are log-normal, leverage is log-uniform: a quarter of the
 * default population is above ten times. Nothing is published of how leverage and size go together; here they are
 * independent.
 */
export function crowd(random: Random, options: Crowd): Person[] {
  const { accounts, groups, maxLeverage, whale = 0 } = options;
  const people = Array.from({ length: accounts }, (_, index): Person => {
    const group = index % groups.length;
    const symbols = groups[group]!;
    const turn = Math.floor(index / groups.length);
    const first = turn % symbols.length;
    const both = symbols.length > 1 && random() < CROSS;
    const legs = both ? [first, (first + 1) % symbols.length] : [first];
    const wishes = legs.map((leg, which) => {
      // The first leg alternates, so that no market is without a side.
      const long = which === 0 ? Math.floor(turn / symbols.length) % 2 === 0 : random() < 0.5;
      return { symbol: symbols[leg]!, notional: (long ? 1 : -1) * notional(random, options), step: 0 };
    });
    for (const wish of wishes) wish.step = Math.floor(random() * STEPS.length);
    return { group, wishes, leverage: MIN_LEVERAGE * (maxLeverage / MIN_LEVERAGE) ** random() };
  });
  for (const symbol of groups.flat()) {
    if (whale > 0) enlarge(people, symbol, whale, maxLeverage);
    balance(people, symbol);
  }
  return people;
}

function notional(random: Random, { notional: range }: Crowd): number {
  if (range) return range[0] + (range[1] - range[0]) * random();
  return Math.max(MIN_NOTIONAL, MEDIAN * Math.exp(SPREAD * normal(random)));
}

/** The first long of the market gets `share` of all of them. */
function enlarge(people: Person[], symbol: string, share: number, maxLeverage: number): void {
  const longs = wishesOf(people, symbol).filter((wish) => wish.notional > 0);
  const rest = longs.slice(1).reduce((sum, wish) => sum + wish.notional, 0);
  longs[0]!.notional = (rest * share) / (1 - share);
  people.find(({ wishes }) => wishes.includes(longs[0]!))!.leverage = Math.min(WHALE_LEVERAGE, maxLeverage);
}

/** Makes the shorts of a market as large as its longs. */
function balance(people: Person[], symbol: string): void {
  const wishes = wishesOf(people, symbol);
  const side = (sign: number) => wishes.filter((wish) => wish.notional * sign > 0);
  const sum = (list: Wish[]) => list.reduce((total, wish) => total + Math.abs(wish.notional), 0);
  const [longs, shorts] = [side(1), side(-1)];
  if (longs.length === 0 || shorts.length === 0) {
    throw new RangeError(`${wishes.length} accounts in ${symbol} do not make two sides: give more accounts`);
  }
  const factor = sum(longs) / sum(shorts);
  for (const wish of shorts) wish.notional = Math.min(-MIN_NOTIONAL, wish.notional * factor);
}

function wishesOf(people: Person[], symbol: string): Wish[] {
  return people.flatMap(({ wishes }) => wishes.filter((wish) => wish.symbol === symbol));
}

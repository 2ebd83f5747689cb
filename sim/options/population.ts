// SPDX-License-Identifier: MIT
import type { Random } from "../../tools/random.js";
import type { Leg } from "./margin.js";
import { markOf, type Factors, type Series } from "./series.js";

/** Sorts of accounts. "street": who took the other side, with plenty of cash. */
export const SORTS = [
  "covered calls",
  "straddles",
  "calendars",
  "hedged makers",
  "whales",
  "buyers",
  "street",
] as const;
export type Sort = (typeof SORTS)[number];

export interface Account {
  readonly sort: Sort;
  cash: number;
  legs: Leg[];
}

const DAY = 86_400;

/** Two expiries of 15 strikes with a future each, and the perpetual; strikes 4% of spot apart. */
export function seriesOf({ spot, time }: Factors, terms: readonly number[] = [7, 28]): Series[] {
  const perpetual: Series = { kind: "perpetual", expiry: Infinity, strike: 0, vol: 0, basis: 0 };
  const all = [perpetual];
  for (const days of terms) {
    const [expiry, basis] = [time + days * DAY, (0.06 * days) / 365];
    all.push({ kind: "future", expiry, strike: 0, vol: 0, basis });
    for (let i = -7; i <= 7; ++i) {
      const x = (i * 0.04) / (0.5 * Math.sqrt(days / 365));
      const vol = 0.5 * (1 - 0.06 * x + 0.02 * x * x);
      const strike = spot * (1 + i * 0.04);
      all.push({ kind: "call", expiry, strike, vol, basis }, { kind: "put", expiry, strike, vol, basis });
    }
  }
  return all;
}

/**
 * Accounts of each sort with portfolios as that sort has them, at the marks of `now`; `street` took the other side of
 * each, spread over many. `marginOf`: initial margin; each has between 1.05 and 2 times of it.
 */
export function draw(
  random: Random,
  all: readonly Series[],
  now: Factors,
  each: number,
  marginOf: (legs: readonly Leg[]) => number,
): Account[] {
  const accounts: Account[] = [];
  const street: Account[] = Array.from({ length: each * 4 }, () => ({ sort: "street", cash: 0, legs: [] }));
  const expiries = [...new Set(all.map(({ expiry }) => expiry))].filter(Number.isFinite).sort((a, b) => a - b);
  const [near, far] = [expiries[0]!, expiries.at(-1)!];
  const calls = (expiry: number) => all.filter((s) => s.kind === "call" && s.expiry === expiry);
  const strikesOf = new Map(expiries.map((expiry) => [expiry, calls(expiry).map(({ strike }) => strike)]));
  const strikes = [...strikesOf.get(near)!].sort((a, b) => a - b);
  // The expiry's strike that is nearest to the wanted one.
  const place = (kind: Series["kind"], expiry: number, strike: number) => {
    const off = (each: number) => Math.abs(each - strike);
    const nearest = strikesOf.get(expiry)!.reduce((best, each) => (off(each) < off(best) ? each : best));
    return all.findIndex((s) => s.kind === kind && s.expiry === expiry && s.strike === nearest);
  };
  const pick = () => strikes[Math.floor(random() * strikes.length)]!;
  const [money, crowded] = [strikes[7]!, crowdedOf(all)];
  const size = () => 0.5 + 4 * random() ** 3;

  const books: Record<Exclude<Sort, "street">, () => Leg[]> = {
    "covered calls": () => {
      const n = size();
      return [leg(0, n), leg(place("call", near, strikes[8 + Math.floor(random() * 5)]!), -n)];
    },
    straddles: () => {
      const n = size();
      return [leg(place("call", near, money), -n), leg(place("put", near, money), -n)];
    },
    calendars: () => {
      const [n, strike] = [size(), pick()];
      return [leg(place("call", near, strike), -n), leg(place("call", far, strike), n)];
    },
    "hedged makers": () => {
      const legs = Array.from({ length: 10 }, () =>
        leg(place(random() < 0.5 ? "call" : "put", random() < 0.5 ? near : far, pick()), (random() - 0.5) * 2 * size()),
      );
      return [...legs, leg(0, -deltaOf(legs, all, now))];
    },
    whales: () => [leg(crowded, -10 * size())],
    buyers: () => [leg(place(random() < 0.5 ? "call" : "put", random() < 0.5 ? near : far, pick()), size())],
  };

  for (const [sort, book] of Object.entries(books)) {
    const count = sort === "whales" ? Math.max(2, Math.round(each / 10)) : each;
    for (let i = 0; i < count; ++i) {
      const legs = merged(book());
      for (const { series, size: n } of legs) add(street[Math.floor(random() * street.length)]!, series, -n);
      accounts.push({ sort: sort as Sort, cash: 0, legs });
    }
  }
  for (const account of [...accounts, ...street]) {
    const worth = account.legs.reduce((sum, { series, size: n }) => sum + n * markOf(all[series]!, now), 0);
    const rich = account.sort === "street" ? 3 + 3 * random() : 1.05 + 0.95 * random() ** 2;
    // What it paid for its legs is gone: equity is cash and what they are worth.
    account.cash = marginOf(account.legs) * rich - worth + (account.sort === "buyers" ? worth : 0);
  }
  return [...accounts, ...street];
}

/** The series of which whales are short: the put three strikes below the money, at the nearest expiry. */
export function crowdedOf(all: readonly Series[]): number {
  const puts = all.map((series, index) => ({ series, index })).filter(({ series }) => series.kind === "put");
  return puts[4]!.index; // strikes ascend, the nearest expiry first
}

function leg(series: number, size: number): Leg {
  if (series < 0) throw new RangeError("there is no such series");
  return { series, size };
}

/** Adds to an account's leg of a series. */
export function add(account: Account, series: number, size: number): void {
  const found = account.legs.find((each) => each.series === series);
  if (found) found.size += size;
  else account.legs.push({ series, size });
  account.legs = account.legs.filter((each) => Math.abs(each.size) > 1e-9);
}

function merged(legs: readonly Leg[]): Leg[] {
  const account: Account = { sort: "street", cash: 0, legs: [] };
  for (const { series, size } of legs) add(account, series, size);
  return account.legs;
}

function deltaOf(legs: readonly Leg[], all: readonly Series[], now: Factors): number {
  const up = { ...now, spot: now.spot * 1.001 };
  return legs.reduce((sum, { series, size }) => {
    return sum + (size * (markOf(all[series]!, up) - markOf(all[series]!, now))) / (up.spot - now.spot);
  }, 0);
}

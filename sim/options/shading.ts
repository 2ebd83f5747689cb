// SPDX-License-Identifier: MIT
import { seeded } from "../../tools/random.js";
import { RULES, initialOf, scenariosOf, type Leg } from "./margin.js";
import { equityOf } from "./play.js";
import { SORTS, crowdedOf, draw, seriesOf, type Account, type Sort } from "./population.js";
import { scenarios } from "./scenarios.js";
import type { Factors, Series } from "./series.js";

/**
 * What one post within the bounds moves at the mark, by sort of account: equity, quote, and who can be liquidated by
 * it.
 */
export interface Shaded {
  readonly post: string;
  /** Equity moved from those who lose to those who gain, and as a part of all initial margin. */
  readonly moved: number;
  readonly part: number;
  readonly gainBy: Partial<Record<Sort, number>>;
  readonly liquidatable: number;
  readonly below: number;
}

const MOST = 0.15;

/** A poster of volatilities who moves all smiles, those of one expiry, or one strike as far as one post may. */
export function shading(each: number, seed: number): Shaded[] {
  const now = scenarios()[0]!.factors[0]!;
  const all = seriesOf(now);
  const near = Math.min(...all.map(({ expiry }) => expiry));
  const crowded = all[crowdedOf(all)]!;
  const arrays = all.map((series) => scenariosOf(series, now, RULES));
  const marginOf = (legs: readonly Leg[]) => initialOf(legs, all, arrays, now, RULES);
  const accounts = draw(seeded(seed), all, now, each, marginOf);
  const total = accounts.reduce((sum, { legs }) => sum + marginOf(legs), 0);
  const posts: [post: string, move: number, moves: (series: Series) => boolean][] = [
    ["all strikes up", MOST, () => true],
    ["all strikes down", -MOST, () => true],
    ["the near expiry up", MOST, ({ expiry }) => expiry === near],
    [
      "the whales' strike up, arbitrage allowed",
      MOST,
      ({ expiry, strike }) => expiry === crowded.expiry && strike === crowded.strike,
    ],
  ];
  return posts.map(([post, move, moves]) => {
    const later = all.map((series) => (moves(series) ? { ...series, vol: series.vol * (1 + move) } : series));
    return shaded(post, accounts, total, all, later, now);
  });
}

function shaded(
  post: string,
  accounts: readonly Account[],
  total: number,
  all: readonly Series[],
  later: readonly Series[],
  now: Factors,
): Shaded {
  const arrays = later.map((series) => scenariosOf(series, now, RULES));
  const gains = accounts.map((account) => equityOf(account, later, now) - equityOf(account, all, now));
  const moved = gains.reduce((sum, gain) => sum + Math.max(0, gain), 0);
  const gainBy = Object.fromEntries(
    SORTS.map((sort) => [sort, gains.reduce((sum, gain, i) => (accounts[i]!.sort === sort ? sum + gain : sum), 0)]),
  );
  const standing = accounts.map((account) => {
    const equity = equityOf(account, later, now);
    return { equity, maintenance: RULES.maintenance * initialOf(account.legs, later, arrays, now, RULES) };
  });
  return {
    post,
    moved,
    part: moved / total,
    gainBy,
    liquidatable: standing.filter(({ equity, maintenance }) => equity < maintenance).length,
    below: standing.filter(({ equity }) => equity < 0).length,
  };
}

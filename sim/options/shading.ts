// SPDX-License-Identifier: MIT
import { seeded } from "../../tools/random.js";
import { RULES, initialOf, scenariosOf, type Leg } from "./margin.js";
import { equityOf } from "./play.js";
import { SORTS, crowdedOf, draw, seriesOf, type Sort } from "./population.js";
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

/** A poster of volatilities who moves each smile, one strike of one, or the level as far as one post may. */
export function shading(each: number, seed: number): Shaded[] {
  const now = scenarios()[0]!.factors[0]!;
  const all = seriesOf(now);
  const near = Math.min(...all.map(({ expiry }) => expiry));
  const crowded = all[crowdedOf(all)]!;
  return [
    shaded(
      "all strikes up",
      all.map((s) => ({ ...s, vol: s.vol * (1 + MOST) })),
      now,
      all,
      each,
      seed,
    ),
    shaded(
      "all strikes down",
      all.map((s) => ({ ...s, vol: s.vol * (1 - MOST) })),
      now,
      all,
      each,
      seed,
    ),
    shaded(
      "the near expiry up",
      all.map((s) => (s.expiry === near ? { ...s, vol: s.vol * (1 + MOST) } : s)),
      now,
      all,
      each,
      seed,
    ),
    shaded(
      "the whales' strike up, arbitrage allowed",
      all.map((s) =>
        s.expiry === crowded.expiry && s.strike === crowded.strike ? { ...s, vol: s.vol * (1 + MOST) } : s,
      ),
      now,
      all,
      each,
      seed,
    ),
  ];
}

function shaded(post: string, later: Series[], now: Factors, all: Series[], each: number, seed: number): Shaded {
  const arraysOf = (list: readonly Series[]) => list.map((series) => scenariosOf(series, now, RULES));
  const [before, after] = [arraysOf(all), arraysOf(later)];
  const marginOf = (legs: readonly Leg[]) => initialOf(legs, all, before, now, RULES);
  const accounts = draw(seeded(seed), all, now, each, marginOf);
  const gains = accounts.map((account) => equityOf(account, later, now) - equityOf(account, all, now));
  const moved = gains.reduce((sum, gain) => sum + Math.max(0, gain), 0);
  const total = accounts.reduce((sum, { legs }) => sum + marginOf(legs), 0);
  const gainBy = Object.fromEntries(
    SORTS.map((sort) => [sort, gains.reduce((sum, gain, i) => (accounts[i]!.sort === sort ? sum + gain : sum), 0)]),
  );
  const standing = accounts.map((account) => {
    const equity = equityOf(account, later, now);
    return { equity, maintenance: RULES.maintenance * initialOf(account.legs, later, after, now, RULES) };
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

// SPDX-License-Identifier: MIT
import { accountTotals, type AccountTotal, type PlayedRound } from "../policies/summary.js";
import type { Comparison, Distribution, Leaving, PolicyDistributions } from "./result.js";
import type { ChainRound } from "./rounds.js";

const SHARES = [0, 0.01, 0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95, 0.99, 1];

export function distribution(values: readonly number[]): Distribution {
  const sorted = [...values].sort((a, b) => a - b);
  const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0;
  return {
    count: sorted.length,
    mean: sorted.length === 0 ? 0 : sorted.reduce((sum, value) => sum + value, 0) / sorted.length,
    quantiles: SHARES.map((share) => ({ share, value: at(share) })),
  };
}

export function distributionsOf(policy: string, played: readonly PlayedRound[]): PolicyDistributions {
  const totals = accountTotals(played);
  return {
    policy,
    haircut: distribution(totals.map(({ haircut }) => haircut)),
    closed: distribution(totals.map(({ closedNotional }) => closedNotional).filter((each) => each > 0)),
  };
}

const CENT = 0.01;

/** The accounts for which `own` was cheaper and dearer than `other`. */
export function compare(
  policy: string,
  own: readonly PlayedRound[],
  against: string,
  other: readonly PlayedRound[],
): Comparison {
  const [mine, theirs] = [byAccount(own), byAccount(other)];
  const ids = new Set([...mine.keys(), ...theirs.keys()]);
  const none = { haircut: 0, markoutEnd: 0 };
  const result: Comparison = {
    policy,
    against,
    cheaper: nobody(),
    dearer: nobody(),
    cheaperAtEnd: nobody(),
    dearerAtEnd: nobody(),
  };
  for (const id of ids) {
    const [a, b] = [mine.get(id) ?? none, theirs.get(id) ?? none];
    book(a.haircut - b.haircut, result.cheaper, result.dearer);
    book(a.haircut + a.markoutEnd - b.haircut - b.markoutEnd, result.cheaperAtEnd, result.dearerAtEnd);
  }
  return result;
}

function byAccount(played: readonly PlayedRound[]): Map<string, AccountTotal> {
  return new Map(accountTotals(played).map((total) => [total.id, total]));
}

function nobody() {
  return { accounts: 0, quote: 0 };
}

function book(difference: number, cheaper: Comparison["cheaper"], dearer: Comparison["dearer"]): void {
  if (Math.abs(difference) < CENT) return;
  const side = difference < 0 ? cheaper : dearer;
  ++side.accounts;
  side.quote += Math.abs(difference);
}

/**
 * Arithmetic on the contracts' rounds: if the `leavers` largest winners had sold to newcomers between the jump and the
 * bill, and the bill had gone to those still there who gained in the jump. With the lock nothing changes: they cannot.
 */
export function leaving(rounds: readonly ChainRound[], leavers: number): Leaving {
  const factors: number[] = [];
  const result = { roundsWithShortfall: 0, shortfall: 0, escaped: 0 };
  for (const { holders, metrics, jump } of rounds) {
    const sizes = holders.map(({ standing }) => standing.size).sort((a, b) => b - a);
    const all = sizes.reduce((sum, size) => sum + size, 0);
    const gone = sizes.slice(0, leavers).reduce((sum, size) => sum + size, 0);
    const capacity = (all - gone) * jump;
    if (gone < all) factors.push(Math.min(all / (all - gone), (all * jump) / metrics.needed));
    result.escaped += (metrics.needed * gone) / all;
    if (capacity < metrics.needed * (1 - 1e-9)) {
      ++result.roundsWithShortfall;
      result.shortfall += metrics.needed - capacity;
    }
  }
  const worstFactor = factors.length === 0 ? null : Math.max(...factors);
  const meanFactor = factors.length === 0 ? null : factors.reduce((sum, each) => sum + each, 0) / factors.length;
  return { leavers, withoutLock: { ...result, worstFactor, meanFactor } };
}

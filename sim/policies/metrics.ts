// SPDX-License-Identifier: MIT
import type { Share } from "./policy.js";

/** A holder of the side that a round closes against, as the round finds him. */
export interface Standing {
  id: string;
  /** Base, positive. */
  size: number;
  /** Since entry, at the mark, before any charge of the round. Quote. */
  gain: number;
  equity: number;
  /** Equity if the mark were the anchor. */
  atAnchor: number;
  /** Who has the same level has the same entry, to about 0.1%. */
  level: string;
}

/** One round of one policy. Money is quote, sizes are base. */
export interface RoundMetrics {
  asset: string;
  time: number;
  wave: number;
  mark: number;
  price: number;
  qty: number;
  needed: number;
  taken: number;
  closed: number;
  /** Holders of the side; who was charged or closed; who was closed in part; in full. */
  holders: number;
  touched: number;
  closedAccounts: number;
  fullCloses: number;
  largestFraction: number;
  largestHaircutOfEquity: number;
  largestHaircutOfGain: number;
  /** Largest less smallest haircut per unit held, over the mark. */
  haircutSpread: number;
  /** Size of losing positions closed while a winner was still open, base. */
  losersClosed: number;
  /** Accounts that gained nothing since their entry, but paid. */
  losersCharged: number;
  jainEquals: number;
  jainWinners: number;
  /** Over the residual: null when nothing is left to cover. */
  ptsr: number | null;
  /** The largest of what winners still have to give, the smaller of gain and equity. */
  largestSurvivor: number;
  /** Who ends below his equity at the anchor by more than rounding, though it was not below zero. */
  belowAnchor: number;
}

export interface RoundFacts {
  asset: string;
  time: number;
  wave: number;
  mark: number;
  price: number;
  qty: number;
  needed: number;
}

const DUST = 1e-7; // base and quote that rounding may leave

export function measure(facts: RoundFacts, standings: readonly Standing[], shares: readonly Share[]): RoundMetrics {
  const rows = standings.map((standing, index) => ({ ...standing, ...shares[index]! }));
  const sum = (value: (row: (typeof rows)[number]) => number) => rows.reduce((total, row) => total + value(row), 0);
  const max = (value: (row: (typeof rows)[number]) => number) =>
    rows.reduce((largest, row) => Math.max(largest, value(row)), 0);
  const taken = sum(({ haircut }) => haircut);
  const fraction = (row: (typeof rows)[number]) => row.closed / row.size;
  const winners = rows.filter(({ gain }) => gain > 0);
  const openWinner = winners.some(({ size, closed }) => size - closed > Math.max(DUST, size * 1e-6));
  const losing = rows.filter(({ gain }) => gain <= 0);
  const perUnit = rows.map(({ haircut, size }) => haircut / size);
  const largestSurvivor = max(({ gain, equity, haircut }) => Math.min(gain, equity) - haircut);
  const residual = facts.needed - taken;
  const closedRows = rows.filter(({ closed }) => closed > DUST);
  return {
    ...facts,
    taken,
    closed: sum(({ closed }) => closed),
    holders: rows.length,
    touched: rows.filter(({ closed, haircut }) => closed > DUST || haircut > DUST).length,
    closedAccounts: closedRows.length,
    fullCloses: closedRows.filter(({ size, closed }) => size - closed <= DUST).length,
    largestFraction: max(fraction),
    largestHaircutOfEquity: max(({ haircut, equity }) => (equity > 0 ? haircut / equity : 0)),
    largestHaircutOfGain: max(({ haircut, gain }) => (gain > 0 ? haircut / gain : 0)),
    haircutSpread:
      perUnit.length === 0
        ? 0
        : (perUnit.reduce((a, b) => Math.max(a, b)) - perUnit.reduce((a, b) => Math.min(a, b))) / facts.mark,
    losersClosed: openWinner ? losing.reduce((total, { closed }) => total + closed, 0) : 0,
    losersCharged: losing.filter(({ haircut }) => haircut > DUST).length,
    jainEquals: jainOfEquals(rows.map((row) => ({ level: row.level, fraction: fraction(row) }))),
    jainWinners: jain(winners.map(fraction)),
    ptsr: residual > Math.max(0.01, facts.needed * 1e-6) ? largestSurvivor / residual : null,
    largestSurvivor,
    belowAnchor: rows.filter(
      ({ atAnchor, equity, haircut }) => atAnchor >= 0 && equity - haircut < atAnchor - 1e-6 - 1e-9 * Math.abs(equity),
    ).length,
  };
}

/** Jain's index of fairness, (sum x)^2 / (n * sum x^2): 1 when all are equal, 1/n when one has all. */
export function jain(values: readonly number[]): number {
  const sum = values.reduce((total, value) => total + value, 0);
  const squares = values.reduce((total, value) => total + value * value, 0);
  return squares === 0 ? 1 : (sum * sum) / (values.length * squares);
}

/**
 * The index among holders of one level, averaged over the levels of two and more of which anything was closed, by their
 * holders; 1 for none.
 */
export function jainOfEquals(rows: readonly { level: string; fraction: number }[]): number {
  const levels = new Map<string, number[]>();
  for (const { level, fraction } of rows) levels.set(level, [...(levels.get(level) ?? []), fraction]);
  const counted = [...levels.values()].filter((list) => list.length > 1 && list.some((each) => each > 0));
  const holders = counted.reduce((sum, list) => sum + list.length, 0);
  if (holders === 0) return 1;
  return counted.reduce((sum, list) => sum + jain(list) * list.length, 0) / holders;
}

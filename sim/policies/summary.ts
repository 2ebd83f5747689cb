// SPDX-License-Identifier: MIT
import type { RoundMetrics } from "./metrics.js";

/** What a policy did in all its rounds; money and sizes in quote, so that markets add up. */
export interface PolicySummary {
  policy: string;
  /** On the contracts; else simulated off-chain on the same rounds and population. */
  onChain: boolean;
  needed: number;
  taken: number;
  overshoot: number;
  residual: number;
  /** Notional of losing positions closed while a winner was still open. */
  losersClosed: number;
  haircutSpread: number;
  rounds: number;
  /**
   * On the contracts: sent. Off-chain: one a position and round, as a ledger that closes position by position needs.
   */
  transactions: number;
  /** Of a settlement's transaction; null off-chain. */
  maxGas: number | null;
  accountsTouched: number;
  accountsClosed: number;
  /** Of all who held the closed side in any round. */
  touchedShare: number;
  closedShare: number;
  fullCloses: number;
  largestFraction: number;
  largestHaircutOfEquity: number;
  /** The largest of each wave, averaged over waves: as published. */
  meanWaveHaircutOfEquity: number;
  largestHaircutOfGain: number;
  /** Of all that was closed, the share of the ten accounts with most of it. */
  topTenShare: number;
  losersCharged: number;
  jainEquals: number;
  jainWinners: number;
  ptsr: number | null;
  largestSurvivor: number;
  /**
   * What those closed would have gained from the round's mark to the last mark of its wave, and to the end. Negative:
   * were spared.
   */
  markoutWaveEnd: number;
  markoutEnd: number;
  belowAnchor: number;
  closedNotional: number;
}

/** What an account paid and lost by a policy, all rounds. */
export interface AccountTotal {
  id: string;
  haircut: number;
  closedNotional: number;
  markoutWaveEnd: number;
  markoutEnd: number;
}

/** A round with what it did to each account. */
export interface PlayedRound {
  metrics: RoundMetrics;
  /** Of the holders. */
  sign: 1 | -1;
  /** Of its wave's last round, and the last of the prices. */
  waveEndMark: number;
  endMark: number;
  /** By account: who was closed or charged. */
  shares: { id: string; closed: number; haircut: number }[];
  /** Everybody who held the side. */
  holders: string[];
}

export interface Sent {
  transactions: number;
  maxGas: number | null;
}

export function summarise(policy: string, played: readonly PlayedRound[], sent?: Sent): PolicySummary {
  const rounds = played.map(({ metrics }) => metrics);
  const sum = (value: (round: RoundMetrics) => number) => rounds.reduce((total, round) => total + value(round), 0);
  const max = (value: (round: RoundMetrics) => number) =>
    rounds.reduce((largest, round) => Math.max(largest, value(round)), 0);
  const mean = (value: (round: RoundMetrics) => number) => (rounds.length === 0 ? 0 : sum(value) / rounds.length);
  const totals = accountTotals(played);
  const closed = totals.filter(({ closedNotional }) => closedNotional > 0);
  const closedNotional = closed.reduce((total, account) => total + account.closedNotional, 0);
  const topTen = closed.map((account) => account.closedNotional).sort((a, b) => b - a);
  const held = new Set(played.flatMap(({ holders }) => holders)).size;
  const waves = new Map<string, number>();
  for (const { asset, wave, largestHaircutOfEquity } of rounds) {
    const key = wave < 0 ? `${asset} ${wave}` : String(wave);
    waves.set(key, Math.max(waves.get(key) ?? 0, largestHaircutOfEquity));
  }
  const ptsrs = rounds.flatMap(({ ptsr }) => ptsr ?? []);
  return {
    policy,
    onChain: sent !== undefined,
    needed: sum(({ needed }) => needed),
    taken: sum(({ taken }) => taken),
    overshoot: nano(sum(({ taken, needed }) => Math.max(0, taken - needed))),
    residual: nano(sum(({ taken, needed }) => Math.max(0, needed - taken))),
    losersClosed: sum(({ losersClosed, mark }) => losersClosed * mark),
    haircutSpread: max(({ haircutSpread }) => haircutSpread),
    rounds: rounds.length,
    transactions: sent?.transactions ?? sum(({ closedAccounts }) => closedAccounts),
    maxGas: sent?.maxGas ?? null,
    accountsTouched: totals.length,
    accountsClosed: closed.length,
    touchedShare: held === 0 ? 0 : totals.length / held,
    closedShare: held === 0 ? 0 : closed.length / held,
    fullCloses: sum(({ fullCloses }) => fullCloses),
    largestFraction: max(({ largestFraction }) => largestFraction),
    largestHaircutOfEquity: max((round) => round.largestHaircutOfEquity),
    meanWaveHaircutOfEquity: [...waves.values()].reduce((a, b) => a + b, 0) / Math.max(1, waves.size),
    largestHaircutOfGain: max((round) => round.largestHaircutOfGain),
    topTenShare: closedNotional === 0 ? 0 : topTen.slice(0, 10).reduce((a, b) => a + b, 0) / closedNotional,
    losersCharged: max(({ losersCharged }) => losersCharged),
    jainEquals: mean(({ jainEquals }) => jainEquals),
    jainWinners: mean(({ jainWinners }) => jainWinners),
    ptsr: ptsrs.length === 0 ? null : Math.max(...ptsrs),
    largestSurvivor: max(({ largestSurvivor }) => largestSurvivor),
    markoutWaveEnd: totals.reduce((total, account) => total + account.markoutWaveEnd, 0),
    markoutEnd: totals.reduce((total, account) => total + account.markoutEnd, 0),
    belowAnchor: sum(({ belowAnchor }) => belowAnchor),
    closedNotional,
  };
}

/** To 1e-9, the contracts' unit of money: what is below is the arithmetic of numbers. */
function nano(value: number): number {
  return Math.round(value * 1e9) / 1e9;
}

export function accountTotals(played: readonly PlayedRound[]): AccountTotal[] {
  const totals = new Map<string, AccountTotal>();
  for (const { metrics, sign, waveEndMark, endMark, shares } of played) {
    for (const { id, closed, haircut } of shares) {
      if (closed <= 1e-7 && haircut <= 1e-7) continue;
      const key = `${metrics.asset} ${id}`;
      const total = totals.get(key) ?? { id: key, haircut: 0, closedNotional: 0, markoutWaveEnd: 0, markoutEnd: 0 };
      totals.set(key, total);
      total.haircut += haircut;
      total.closedNotional += closed * metrics.mark;
      total.markoutWaveEnd += sign * closed * (waveEndMark - metrics.mark);
      total.markoutEnd += sign * closed * (endMark - metrics.mark);
    }
  }
  return [...totals.values()];
}

// SPDX-License-Identifier: MIT
import type { Parameters } from "./parameters.js";

// What a stress run says. Money and notional in quote, at the marks of the moment; shares as parts of one.

/** How far the default waterfall was used. */
export interface Waterfall {
  marginCalls: number;
  liquidations: number;
  /** Notional liquidated against signed orders, to the keeper's account, and to the vault. */
  toOrders: number;
  toKeeper: number;
  toVault: number;
  /** Accounts below zero, and what they owed. */
  absorbed: number;
  deficit: number;
  vaultPaid: number;
  charged: number;
  shortfall: number;
  /**
   * The way out of what was absorbed: both sides against each other or against the vault's, into the vault, torn up.
   */
  netted: number;
  vaultTook: number;
  tornUp: number;
}

export interface Locks {
  count: number;
  /** Seconds; `longest` of one lock, `share` of groups times the time played. */
  longest: number;
  total: number;
  share: number;
}

/** The most that a charge took of a winner. */
export interface WorstCharge {
  /** Per unit, as a part of the frozen mark, and of the jump. */
  ofMark: number;
  ofJump: number;
  /** Of one account's equity at the frozen mark. */
  ofEquity: number;
}

/** One row a tick, for plots. */
export interface Series {
  seconds: number[];
  /** Marks of each market as parts of the first. */
  prices: Record<string, number[]>;
  /** Equity of the vault. */
  vault: number[];
  /** What accounts below zero and open estates owe. */
  deficit: number[];
  /** Liquidated so far. */
  liquidated: number[];
  /** Groups that are locked or settling. */
  locked: number[];
}

export interface Outcome {
  waterfall: Waterfall;
  locks: Locks;
  worstCharge: WorstCharge;
  /** The lowest mark of the first market, as a part of its first. */
  lowest: number;
  /** Equity of the vault at the beginning and at the end. */
  vaultBefore: number;
  vaultAfter: number;
  /** r at the end. */
  recoveryRate: number;
  /** Accounts that are below zero and not absorbed, and what they owe. */
  leftBelowZero: number;
  leftDebt: number;
  /** Of that, what the vault's inventory owes: nobody calls or absorbs it before the next lock. */
  vaultDebt: number;
  /** Actions of the keeper that were refused, by reason. */
  refusals: Record<string, number>;
  /** Promises that did not hold. Empty, or a bug of the contracts. */
  broken: string[];
  /** The venue came to rest within an hour after the last mark. */
  calm: boolean;
  series: Series;
}

/** The same prices with more or less impact of liquidations, closing the least or the whole. */
export interface CascadeRow {
  closes: "least" | "whole";
  book: "thin" | "twice as deep" | "bottomless";
  liquidated: number;
  liquidations: number;
  absorbed: number;
  deficit: number;
  lowest: number;
}

export interface ScenarioResult extends Outcome {
  name: string;
  description: string;
  parameters: Parameters;
  accounts: number;
  /** Of one side, all markets, before. */
  openInterest: number;
  cascade?: CascadeRow[];
}

/** One person on both sides, who lets one default: what he has more afterwards. */
export interface AttackRow {
  /** Name of the parameter set. */
  set: string;
  parameters: Parameters;
  /** His part of the open interest. */
  share: number;
  gap: number;
  /** Parts of his notional: what he gained, and who paid it. */
  gain: number;
  byVault: number;
  byWinners: number;
  broken: string[];
}

/** One metric over all Monte Carlo runs. */
export interface Distribution {
  metric: string;
  unit: string;
  median: number;
  p95: number;
  worst: number;
  /** Rank correlation (Spearman) with each parameter that was drawn. */
  drivers: Record<string, number>;
}

export interface MonteCarloRun {
  seed: number;
  parameters: Parameters;
  /** The largest fall of the path from its first mark, and its largest move between two updates. */
  fall: number;
  jump: number;
  metrics: Record<string, number>;
  broken: string[];
}

export interface MonteCarlo {
  runs: MonteCarloRun[];
  distributions: Distribution[];
}

export interface StressReport {
  seed: number;
  accounts: number;
  scenarios: ScenarioResult[];
  attacks: AttackRow[];
  monteCarlo?: MonteCarlo;
  seconds: number;
}

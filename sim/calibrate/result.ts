// SPDX-License-Identifier: MIT
import type { MarketName } from "./bounds.js";
import type { Test } from "./coverage.js";
import type { TargetName } from "./targets.js";

// What a calibration says. Moves and shares as parts of one, money in quote, parameters in the contracts' units.

/**
 * A parameter as the data ask for it, as it fits the contracts' bounds, and as it is now. Integers as decimal strings.
 */
export interface Proposed {
  name: MarketName | "vaultBudget" | "lockDelay";
  unit: string;
  value: string;
  now: string;
  wanted: string;
  /** The hard bound that the data would go beyond. */
  clipped: "low" | "high" | undefined;
  low: string;
  high: string;
  why: string;
}

/** A move of which `share` of the windows are expected to exceed it. */
export interface Level {
  share: number;
  historical: number;
  fitted: number;
  /** Mean of the moves beyond it. */
  historicalShortfall: number;
  fittedShortfall: number;
}

export interface HorizonReport {
  name: string;
  seconds: number;
  windows: number;
  unchanged: number;
  skipped: number;
  threshold: number;
  exceedances: number;
  shape: number;
  shapeError: number;
  scale: number;
  momentsShape: number;
  levels: Level[];
}

/** A move expected this often a year, with the middle 90% over resampled days. */
export interface ReturnLevel {
  perYear: number;
  move: number;
  low: number;
  high: number;
}

/** A level from the first part of the history on the second part. */
export interface Validation {
  horizon: number;
  share: number;
  method: "fitted" | "historical";
  level: number;
  windows: number;
  expected: number;
  observed: number;
  proportion: Test;
  independence: Test;
  conditional: Test;
  /** Runs of exceedances, an hour apart: how they cluster. */
  runs: number;
}

/** How the choice of where the tail begins moves its result. */
export interface Sensitivity {
  /** Moves a year that make the tail. */
  tailRate: number;
  exceedances: number;
  threshold: number;
  shape: number;
  /** Of the lock's horizon. */
  onceAYear: number;
  onceACentury: number;
}

/** What another length of the lock would mean for this market. */
export interface LockDelayRow {
  seconds: number;
  move999: number;
  onceAYear: number;
  gapsAYear: number;
  /** Share of time locked if each gap locks once. */
  lockedShare: number;
}

export interface KnownMove {
  when: string;
  move: number;
  seconds: number;
  perYear: number;
}

export interface Plots {
  /** Share of windows beyond a move: counted, and fitted. */
  counted: [move: number, share: number][];
  fitted: [move: number, share: number][];
  /** Out of sample: Unix seconds and the largest moves, and the levels beside them. */
  moves: [time: number, move: number][];
  levels: { share: number; level: number }[];
  /** Thinned. */
  marks: [time: number, mark: number][];
}

export interface MarketReport {
  asset: string;
  rows: number;
  from: number;
  until: number;
  step: number;
  mark: number;
  years: number;
  horizons: HorizonReport[];
  /** The largest move seen over a lock. */
  largest: number;
  returnLevels: ReturnLevel[];
  sensitivity: Sensitivity[];
  lockDelays: LockDelayRow[];
  /**
   * Rule about MM: expected excess of a jump over MM in the worst 1% of hours, and the round-trip fees of both sides.
   */
  rule: { excessNow: number; excessProposed: number; fees: number };
  /**
   * Jumps a year beyond the maintenance margin, and beyond half of it (where the discount is at its cap), now and
   * proposed.
   */
  beyondMargin: { now: number; proposed: number };
  beyondHalf: { now: number; proposed: number };
  gapsAYear: { now: number; proposed: number };
  /** Chance a year that a jump at the hard cap costs more than the budget. */
  deleveraging: { now: number; proposed: number };
  /**
   * Maintenance margin and budget from the first part of the history alone, and how often the second part went beyond
   * them.
   */
  outOfSample: { years: number; maintenanceMargin: number; beyond: number; expected: number; proportion: Test };
  validations: Validation[];
  knownMoves: KnownMove[];
  proposals: Proposed[];
  plots: Plots;
}

export interface CalibrationReport {
  /** False: no market's data, drawn from a model. */
  fromFiles: { prices: boolean; depth: boolean };
  prices: string;
  depth: string;
  seed: number;
  targets: Record<TargetName, number>;
  lockDelay: Proposed;
  /** Of all markets; the budgets together. */
  vault: { now: number; proposed: number };
  markets: MarketReport[];
  /** To be read before the figures. */
  notes: string[];
  seconds: number;
}

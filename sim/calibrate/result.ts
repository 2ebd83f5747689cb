// SPDX-License-Identifier: MIT
import type { Ratio } from "./coverage.js";
import type { Tail } from "./tail.js";

// What a calibration says. Moves are parts of the mark, money is quote.

/** A parameter of docs/parameters.md. Rates in ppm, caps in base, money in quote. */
export interface Proposal {
  parameter: string;
  current: number;
  proposed: number;
  /** The hard bounds of the contracts, given the other proposals. */
  low: number;
  high: number;
  /** The data asked for something beyond a bound. */
  clipped: boolean;
  why: string;
}

/** A level fitted on the first part of the hours, and how it did in the rest. */
export interface Backtest {
  /** The chance in an hour with which the level should be exceeded. */
  chance: number;
  level: number;
  hours: number;
  expected: number;
  exceeded: number;
  kupiec: Ratio;
  christoffersen: Ratio;
  /** Neither test rejects at 1%. */
  holds: boolean;
  times: number[];
}

export interface MarketCalibration {
  asset: string;
  from: number;
  until: number;
  hours: number;
  /** Of the largest move over one lockDelay in an hour. */
  tail: Tail;
  /** That move by chance an hour: fitted, by counting (null when the sample is too small), and the mean beyond it both ways. */
  levels: {
    chance: number;
    fitted: number;
    counted: number | null;
    shortfall: number;
    countedShortfall: number | null;
  }[];
  /** Points of the tail for a drawing: move, and chance to exceed it. */
  counted: { move: number; chance: number }[];
  fitted: { move: number; chance: number }[];
  backtests: Backtest[];
  proposals: Proposal[];
  /** What the vault should hold so that winners are charged at most with the chosen chance a year. */
  vault: { chance: number; yearlyMove: number; exposed: number; amount: number; current: number };
}

export interface CalibrationReport {
  /** Where the prices and the depth come from; "synthetic" when they were made up. */
  prices: string;
  depth: string;
  markets: MarketCalibration[];
}

// SPDX-License-Identifier: MIT
import type { Options } from "./Duel.js";
import type { Habits } from "./play.js";

/** A venue, and how people behave on it. */
export type Run = [Options, Omit<Habits, "operations">];

const QUOTE = 10n ** 9n;

/** The kinds of random histories, by name. The indexer's tests play some of them, too. */
export const RUNS = {
  "one market, torn up by the queue": [
    { groups: [["QUEUE"]], traders: 8, vaultBudget: 3_000n * QUOTE, pot: 5_000n * QUOTE },
    { sleepiness: 0.1, jump: 0.12, lateDefault: false },
  ],
  "one market behind an access gate that changes its mind": [
    { groups: [["QUEUE"]], traders: 8, vaultBudget: 3_000n * QUOTE, pot: 5_000n * QUOTE },
    { sleepiness: 0.1, jump: 0.12, lateDefault: false, gate: true },
  ],
  "one market with a collateral whose price moves": [
    { groups: [["QUEUE"]], traders: 8, vaultBudget: 3_000n * QUOTE, pot: 60_000n * QUOTE },
    { sleepiness: 0.1, jump: 0.08, lateDefault: false, collateral: true },
  ],
  "one market, torn up pro rata": [
    { groups: [["PRORATA"]], traders: 8, vaultBudget: 3_000n * QUOTE, pot: 5_000n * QUOTE },
    { sleepiness: 0.1, jump: 0.12, lateDefault: false },
  ],
  "a group of four markets with a rich vault": [
    {
      groups: [["QUEUE", "PRORATA", "QUEUE", "PRORATA"]],
      traders: 9,
      vaultBudget: 20_000n * QUOTE,
      pot: 100_000n * QUOTE,
    },
    { sleepiness: 0.1, jump: 0.15, lateDefault: false },
  ],
  "a group of two markets, and winners who pay": [
    { groups: [["QUEUE", "PRORATA"]], traders: 9, vaultBudget: 1n, pot: 1_000n * QUOTE },
    { sleepiness: 0.05, jump: 0.2, lateDefault: false },
  ],
  "two groups, keepers that sleep through defaults, recoveries": [
    {
      groups: [["QUEUE"], ["PRORATA", "QUEUE", "QUEUE", "PRORATA"]],
      traders: 9,
      vaultBudget: 1_000n * QUOTE,
      pot: 2_000n * QUOTE,
    },
    { sleepiness: 0.85, jump: 0.15, lateDefault: true },
  ],
} satisfies Record<string, Run>;

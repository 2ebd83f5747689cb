// SPDX-License-Identifier: MIT
import { calibrationOptions } from "../../../sim/calibrate/options.js";
import { calibrate } from "../../../sim/calibrate/calibrate.js";
import type { PolicySummary } from "../../../sim/policies/summary.js";
import type { ReplayReport, RoundReport } from "../../../sim/replay/result.js";
import type { LabReport } from "../../../sim/report/result.js";
import type { ScenarioResult, StressReport } from "../../../sim/stress/result.js";

// Every figure a different one, so that a page can be searched for each.

const policy = (name: string, onChain: boolean, base: number): PolicySummary => ({
  policy: name,
  onChain,
  needed: base + 1_001,
  taken: base + 2_002,
  overshoot: base + 3_003,
  residual: 0,
  losersClosed: base + 4_004,
  haircutSpread: 0.0123,
  rounds: 1,
  transactions: base + 5_005,
  maxGas: onChain ? base + 6_006 : null,
  accountsTouched: 3,
  accountsClosed: 2,
  touchedShare: 0.5,
  closedShare: 0.25,
  fullCloses: 1,
  largestFraction: 0.75,
  largestHaircutOfEquity: 0.1234,
  meanWaveHaircutOfEquity: 0.0567,
  largestHaircutOfGain: 0.2,
  topTenShare: 1,
  losersCharged: 0,
  jainEquals: 1,
  jainWinners: 0.876,
  ptsr: null,
  largestSurvivor: 1,
  markoutWaveEnd: base - 7_007,
  markoutEnd: 1,
  belowAnchor: 0,
  closedNotional: base + 8_008,
});

const round: RoundReport = {
  policy: "QUEUE",
  asset: "BTC",
  time: 1_760_130_000,
  wave: 1,
  mark: 100_000,
  price: 101_000,
  qty: 2,
  needed: 1_001,
  taken: 2_002,
  closed: 2,
  holders: 31,
  touched: 3,
  closedAccounts: 2,
  fullCloses: 1,
  largestFraction: 0.75,
  largestHaircutOfEquity: 0.1,
  largestHaircutOfGain: 0.2,
  haircutSpread: 0,
  losersClosed: 0,
  losersCharged: 0,
  jainEquals: 1,
  jainWinners: 1,
  ptsr: null,
  largestSurvivor: 1,
  belowAnchor: 0,
  settlement: {
    defaulters: 1,
    others: 0,
    deficit: 1_001,
    vaultPaid: 1,
    charged: 1_000,
    shortfall: 0,
    chargePerUnit: 10,
    jump: 100,
    nodesClosed: 2,
    deleverages: 1,
    maxGas: 234_567,
    absorbGas: 1,
    leavingBefore: undefined,
    leavingLocked: undefined,
  },
};

export const replay: ReplayReport = {
  source: "a population <of nobody>",
  assets: ["BTC"],
  accounts: 77,
  defaulters: 1,
  modes: ["QUEUE"],
  toppedUp: { accounts: 0, quote: 0 },
  dust: { accounts: 0, quote: 0 },
  insolvent: { accounts: 0, quote: 0 },
  distributions: [],
  seconds: [],
  policies: [policy("QUEUE", true, 10_000), policy("production-queue", false, 20_000)],
  rounds: [round],
  queues: [
    {
      policy: "QUEUE",
      asset: "BTC",
      time: 1_760_130_000,
      mark: 100_000,
      before: [
        { entry: 120_000, size: 1 },
        { entry: 110_000, size: 2 },
      ],
      after: [{ entry: 110_000, size: 1 }],
    },
  ],
  comparisons: [
    {
      policy: "QUEUE",
      against: "production-queue",
      cheaper: { accounts: 41, quote: 42_042 },
      dearer: { accounts: 43, quote: 44 },
      cheaperAtEnd: { accounts: 45, quote: 46 },
      dearerAtEnd: { accounts: 47, quote: 48 },
    },
  ],
  leaving: [
    {
      leavers: 10,
      withoutLock: { worstFactor: 3.21, meanFactor: null, roundsWithShortfall: 1, shortfall: 9_191, escaped: 8_181 },
    },
  ],
  refusals: { before: { GapOpen: 3 }, locked: { GroupLocked: 4 } },
  day: undefined,
  claims: [{ name: "QUEUE: a claim", holds: false, found: "broken at 21:19" }],
  notes: ["a note on the replay"],
};

const scenario: ScenarioResult = {
  name: "gap",
  description: "a fall at once",
  accounts: 30,
  openInterest: 1_000_000,
  lowest: 0.876,
  parameters: {
    initialMargin: 50_000,
    maintenanceMargin: 30_000,
    gapThreshold: 20_000,
    lockDelay: 120,
    vault: 3_000,
    mode: "QUEUE",
    leverage: 0.9,
  },
  waterfall: {
    marginCalls: 1,
    liquidations: 2,
    toOrders: 31_313,
    toKeeper: 4,
    toVault: 5,
    absorbed: 6,
    deficit: 70_707,
    vaultPaid: 8,
    charged: 90_909,
    shortfall: 0,
    netted: 10,
    vaultTook: 11,
    tornUp: 12,
  },
  locks: { count: 1, longest: 121, total: 121, share: 0.1 },
  worstCharge: { ofMark: 0.01, ofJump: 0.1, ofEquity: 0.2 },
  vaultBefore: 3_000,
  vaultAfter: 2_992,
  vaultDebt: 0,
  recoveryRate: 1,
  leftBelowZero: 0,
  leftDebt: 0,
  calm: true,
  refusals: {},
  broken: ["INV-99 a promise"],
  series: {
    seconds: [0, 12, 24, 36],
    prices: { BTC: [1, 0.9, 0.9, 0.95] },
    vault: [3_000, 3_000, 2_992, 2_992],
    deficit: [0, 5, 0, 0],
    liquidated: [0, 1, 1, 1],
    locked: [0, 1, 1, 0],
  },
};

export const stress: StressReport = {
  seed: 1,
  accounts: 30,
  seconds: 1,
  scenarios: [scenario],
  attacks: [
    {
      set: "as shipped",
      parameters: scenario.parameters,
      share: 0.5,
      gap: 0.05,
      gain: 0.0171,
      byVault: 0.01,
      byWinners: 0.007,
      broken: [],
    },
  ],
  monteCarlo: {
    runs: [
      {
        seed: 5,
        parameters: scenario.parameters,
        fall: 0.1,
        jump: 0.04,
        broken: [],
        metrics: { "vault paid": 0.3, charged: 0.2, shortfall: 0 },
      },
    ],
    distributions: [
      {
        metric: "charged",
        unit: "% of OI",
        median: 0.2,
        p95: 0.31,
        worst: 0.4321,
        drivers: { jump: 0.91, vault: -0.1 },
      },
    ],
  },
};

/** A lab's report of made-up replay and stress results and a real, short calibration. */
export function labReport(): LabReport {
  const calibration = calibrate(calibrationOptions({ days: "60", seed: "3" }));
  return { quick: true, seed: 3, replay, stress, calibration, seconds: { replay: 12, stress: 34 } };
}

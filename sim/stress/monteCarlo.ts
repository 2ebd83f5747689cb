// SPDX-License-Identifier: MIT
import { seeded, type Random } from "../../tools/random.js";
import type { MonteCarloJob } from "./job.js";
import { openStage } from "./openStage.js";
import type { ReadArtifact } from "../venue/deployVenue.js";
import type { Parameters } from "./parameters.js";
import { jumpy, type CrashSize, type Path } from "./paths.js";
import { play } from "./play.js";
import { crowd } from "./population.js";
import { distribution } from "./statistics.js";
import type { MonteCarlo, MonteCarloRun, Outcome } from "./result.js";
import type { Stage } from "./Stage.js";

/**
 * Half an hour with a jump every 6 minutes on average, 4% in the mean and three of four down. Round figures of ours.
 */
export const HALF_HOUR: CrashSize = { length: 1_800, step: 15, deviation: 0.0012, jumps: 5, jump: 0.04 };

/** Of one venue. */
export const PATHS = 2;
const MIN_GAP = 10_000; // the opening itself moves by less

/** Name and unit of each metric. */
const METRICS = {
  "accounts absorbed": "%",
  liquidated: "% of OI",
  deficit: "% of OI",
  "vault paid": "% of OI",
  charged: "% of OI",
  shortfall: "% of OI",
  "torn up": "% of OI",
  "largest charge": "% of mark",
  "largest charge of an equity": "%",
  "time locked": "%",
  "longest lock": "s",
} as const;

export type Metric = keyof typeof METRICS;

/** Parameters, population and paths drawn anew for a venue. */
export async function monteCarloVenue(job: MonteCarloJob, artifact: ReadArtifact): Promise<MonteCarloRun[]> {
  const { venue, paths, accounts, seed } = job;
  const own = (seed + 7_919 * (venue + 1)) >>> 0;
  const random = seeded(own);
  const parameters = drawn(random);
  const people = crowd(random, { accounts, groups: [["BTC"]], maxLeverage: maxLeverage(parameters) });
  const setting = { groups: [["BTC"]], people, parameters, makers: 0.08, keeper: 0.02, seed: own };
  const stage = await openStage(setting, artifact);
  try {
    const list: MonteCarloRun[] = [];
    let snapshot = await stage.snapshot();
    for (let turn = 0; turn < paths; ++turn) {
      if (turn > 0) snapshot = await stage.restore(snapshot);
      const path = jumpy(random, HALF_HOUR);
      const outcome = await play(stage, { paths: { BTC: path }, tick: HALF_HOUR.step });
      list.push(runOf(own, parameters, path, stage, outcome));
    }
    return list;
  } finally {
    stage.stop();
  }
}

/** All runs, and each metric over them. */
export function monteCarloOf(runs: MonteCarloRun[]): MonteCarlo {
  const distributions = Object.entries(METRICS).map(([metric, unit]) => distribution(metric, unit, runs));
  return { runs, distributions };
}

function drawn(random: Random): Parameters {
  const between = (low: number, high: number) => low + (high - low) * random();
  const initialMargin = Math.round(between(30_000, 100_000));
  const maintenanceMargin = Math.floor(initialMargin * between(0.5, 0.75));
  return {
    initialMargin,
    maintenanceMargin,
    gapThreshold: Math.max(MIN_GAP, Math.floor(maintenanceMargin * between(0.4, 1))),
    lockDelay: Math.round(between(60, 300)),
    vault: Math.round(between(0, 10_000)),
    mode: random() < 0.5 ? "QUEUE" : "PRORATA",
    leverage: between(0.4, 0.95),
  };
}

function maxLeverage({ leverage, initialMargin }: Parameters): number {
  return Math.max(2.5, (leverage * 1e6) / initialMargin);
}

function runOf(seed: number, parameters: Parameters, path: Path, stage: Stage, outcome: Outcome): MonteCarloRun {
  const { waterfall, locks, worstCharge } = outcome;
  const ofInterest = (value: number) => (100 * value) / stage.interest;
  const liquidated = waterfall.toOrders + waterfall.toKeeper + waterfall.toVault;
  const metrics: Record<Metric, number> = {
    "accounts absorbed": (100 * waterfall.absorbed) / stage.setting.people.length,
    liquidated: ofInterest(liquidated),
    deficit: ofInterest(waterfall.deficit),
    "vault paid": ofInterest(waterfall.vaultPaid),
    charged: ofInterest(waterfall.charged),
    shortfall: ofInterest(waterfall.shortfall),
    "torn up": ofInterest(waterfall.tornUp),
    "largest charge": 100 * worstCharge.ofMark,
    "largest charge of an equity": 100 * worstCharge.ofEquity,
    "time locked": 100 * locks.share,
    "longest lock": locks.longest,
  };
  const factors = path.map(([, factor]) => factor);
  const fall = 1 - Math.min(...factors);
  const jump = Math.max(...factors.slice(1).map((factor, i) => Math.abs(factor / factors[i]! - 1)));
  return { seed, parameters, fall, jump, metrics, broken: outcome.broken };
}

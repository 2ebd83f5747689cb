// SPDX-License-Identifier: MIT
import { inTurn } from "../jobs/inTurn.js";
import type { DoJobs, Tell } from "../jobs/Jobs.js";
import type { ReadArtifact } from "../venue/deployVenue.js";
import { ATTACK_SETS } from "./attack.js";
import { doStressJob, labelOfStress, scenarioOf, type StressJob } from "./job.js";
import { PATHS, monteCarloOf } from "./monteCarlo.js";
import type { AttackRow, MonteCarloRun, ScenarioResult, StressReport } from "./result.js";

export interface StressOptions {
  /** Names of SCENARIOS. */
  scenarios: readonly string[];
  attacks: boolean;
  /** Monte Carlo; 0: none. */
  runs: number;
  accounts: number;
  seed: number;
}

/** Accounts of a Monte Carlo venue, at most: what they cost is time. */
export const MONTE_CARLO_ACCOUNTS = 60;

/** Everything that is asked for; `doJobs`: who does it, else this process, one after the other. */
export async function runStress(
  options: StressOptions,
  artifact: ReadArtifact,
  tell: Tell = () => {},
  doJobs: DoJobs<StressJob> = inTurn((job: StressJob) => doStressJob(job, artifact), labelOfStress),
): Promise<StressReport> {
  const began = Date.now();
  const jobs = stressJobs(options);
  const report = stressReport(options, jobs, await doJobs(jobs, tell));
  report.seconds = Math.round((Date.now() - began) / 100) / 10;
  return report;
}

/** The parts of a run, in the order of its report. */
export function stressJobs({ scenarios, attacks, runs, accounts, seed }: StressOptions): StressJob[] {
  const people = Math.min(accounts, MONTE_CARLO_ACCOUNTS);
  return [
    ...scenarios.map((name): StressJob => ({ kind: "scenario", name: scenarioOf(name).name, accounts, seed })),
    ...(attacks ? ATTACK_SETS : []).map(({ name }): StressJob => ({ kind: "attack", set: name, seed })),
    ...Array.from({ length: Math.ceil(runs / PATHS) }, (_, venue): StressJob => {
      const paths = Math.min(PATHS, runs - venue * PATHS);
      return { kind: "monte-carlo", venue, paths, accounts: people, seed };
    }),
  ];
}

/** What the parts found, as one. */
function stressReport(
  { accounts, runs, seed }: StressOptions,
  jobs: readonly StressJob[],
  found: readonly unknown[],
): StressReport {
  const of = (kind: StressJob["kind"]) => found.filter((_, index) => jobs[index]!.kind === kind);
  const report: StressReport = {
    seed,
    accounts,
    scenarios: of("scenario") as ScenarioResult[],
    attacks: (of("attack") as AttackRow[][]).flat(),
    seconds: 0,
  };
  if (runs > 0) report.monteCarlo = monteCarloOf((of("monte-carlo") as MonteCarloRun[][]).flat());
  return report;
}

/** Every promise that did not hold, with where. */
export function brokenIn({ scenarios, attacks, monteCarlo: drawn }: StressReport): string[] {
  return [
    ...scenarios.flatMap(({ name, broken }) => broken.map((what) => `${name}: ${what}`)),
    ...attacks.flatMap(({ set, gap, broken }) =>
      broken.map((what) => `both sides, ${set}, a gap of ${100 * gap}%: ${what}`),
    ),
    ...(drawn?.runs ?? []).flatMap(({ seed, broken }) => broken.map((what) => `Monte Carlo, venue ${seed}: ${what}`)),
  ];
}

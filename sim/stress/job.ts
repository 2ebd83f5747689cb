// SPDX-License-Identifier: MIT
import type { ReadArtifact } from "../venue/deployVenue.js";
import { ATTACK_SETS, GAPS, attack } from "./attack.js";
import { cascades } from "./cascade.js";
import { monteCarloVenue } from "./monteCarlo.js";
import { openStage } from "./openStage.js";
import { play } from "./play.js";
import type { AttackRow, MonteCarloRun, ScenarioResult } from "./result.js";
import { SCENARIOS, playOf, settingOf, type Scenario } from "./scenarios.js";

/** A part of a stress run, on a chain of its own. */
export type StressJob =
  | { kind: "scenario"; name: string; accounts: number; seed: number }
  /** One of ATTACK_SETS. */
  | { kind: "attack"; set: string; seed: number }
  | MonteCarloJob;

/** Plays so many paths on one venue of a Monte Carlo run, whose venues are counted from 0. */
export interface MonteCarloJob {
  kind: "monte-carlo";
  venue: number;
  paths: number;
  accounts: number;
  seed: number;
}

export function doStressJob(
  job: StressJob,
  artifact: ReadArtifact,
): Promise<ScenarioResult | AttackRow[] | MonteCarloRun[]> {
  switch (job.kind) {
    case "scenario":
      return runScenario(scenarioOf(job.name), job.accounts, job.seed, artifact);
    case "attack": {
      const set = ATTACK_SETS.find(({ name }) => name === job.set);
      if (!set) throw new RangeError(`no parameter set ${job.set}; there are ${namesOf(ATTACK_SETS)}`);
      return attack(set, GAPS, job.seed, artifact);
    }
    case "monte-carlo":
      return monteCarloVenue(job, artifact);
  }
}

/** A job for a reader. */
export function labelOfStress(job: StressJob): string {
  switch (job.kind) {
    case "scenario":
      return job.name;
    case "attack":
      return `both sides: ${job.set}`;
    case "monte-carlo":
      return `Monte Carlo, venue ${job.venue}`;
  }
}

export function scenarioOf(name: string): Scenario {
  const scenario = SCENARIOS.find((each) => each.name === name);
  if (!scenario) throw new RangeError(`no scenario ${name}; there are ${namesOf(SCENARIOS)}`);
  return scenario;
}

/** Opens the scenario's venue and plays it once; a cascade in every variant. */
export async function runScenario(
  scenario: Scenario,
  accounts: number,
  seed: number,
  artifact: ReadArtifact,
): Promise<ScenarioResult> {
  const setting = settingOf(scenario, accounts, seed);
  const stage = await openStage(setting, artifact);
  try {
    const { name, description } = scenario;
    const base = { name, description, parameters: setting.parameters, accounts, openInterest: stage.interest };
    const run = playOf(scenario, seed);
    if (!scenario.cascade) return { ...base, ...(await play(stage, run)) };
    const { outcome, rows } = await cascades(stage, run);
    return { ...base, ...outcome, cascade: rows };
  } finally {
    stage.stop();
  }
}

function namesOf(list: readonly { name: string }[]): string {
  return list.map(({ name }) => name).join(", ");
}

// SPDX-License-Identifier: MIT
import { ATTACK_SETS, GAPS, attack } from "./attack.js";
import { cascades } from "./cascade.js";
import { monteCarlo } from "./monteCarlo.js";
import { openStage } from "./openStage.js";
import type { ReadArtifact } from "../venue/deployVenue.js";
import { play } from "./play.js";
import type { ScenarioResult, StressReport } from "./result.js";
import { SCENARIOS, playOf, settingOf, type Scenario } from "./scenarios.js";

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

/** How far a run is: `done` of `all` parts, and which is next. */
export type Tell = (done: number, all: number, next: string) => void;

/** Everything that is asked for, one after the other, each on a chain of its own. */
export async function runStress(
  { scenarios, attacks, runs, accounts, seed }: StressOptions,
  artifact: ReadArtifact,
  tell: Tell = () => {},
): Promise<StressReport> {
  const began = Date.now();
  const chosen = scenarios.map((name) => {
    const scenario = SCENARIOS.find((each) => each.name === name);
    if (!scenario)
      throw new RangeError(`no scenario ${name}; there are ${SCENARIOS.map((each) => each.name).join(", ")}`);
    return scenario;
  });
  const all = chosen.length + (attacks ? ATTACK_SETS.length * GAPS.length : 0) + runs;
  let done = 0;
  const report: StressReport = { seed, accounts, scenarios: [], attacks: [], seconds: 0 };
  for (const scenario of chosen) {
    tell(done, all, scenario.name);
    report.scenarios.push(await runScenario(scenario, accounts, seed, artifact));
    ++done;
  }
  for (const set of attacks ? ATTACK_SETS : []) {
    const next = () => tell(++done, all, `both sides: ${set.name}`);
    tell(done, all, `both sides: ${set.name}`);
    report.attacks.push(...(await attack(set, GAPS, seed, artifact, next)));
  }
  if (runs > 0) {
    const people = Math.min(accounts, MONTE_CARLO_ACCOUNTS);
    tell(done, all, "Monte Carlo");
    report.monteCarlo = await monteCarlo(runs, people, seed, artifact, () => tell(++done, all, "Monte Carlo"));
  }
  tell(all, all, "done");
  report.seconds = Math.round((Date.now() - began) / 100) / 10;
  return report;
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

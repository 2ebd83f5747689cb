// SPDX-License-Identifier: MIT
import { join } from "node:path";
import { OptionError } from "../../bench/options.js";
import { builtArtifacts } from "../../deploy/built-artifacts.js";
import { calibrate } from "../calibrate/calibrate.js";
import { DEFAULTS, calibrationInput } from "../calibrate/options.js";
import type { CalibrationReport } from "../calibrate/result.js";
import type { ReplayReport } from "../replay/result.js";
import { replay } from "../replay/replay.js";
import { synthetic } from "../replay/synthetic.js";
import { stressOptions } from "../stress/options.js";
import type { StressReport } from "../stress/result.js";
import { brokenIn, runStress } from "../stress/run.js";

export interface LabReport {
  seed: number;
  replay: ReplayReport;
  stress: StressReport;
  calibration: CalibrationReport;
  /** Promises and claims that did not hold. */
  broken: string[];
  seconds: number;
}

export interface Extent {
  replayAccounts: number;
  stressAccounts: number;
  runs: number;
}

export const USUAL: Extent = { replayAccounts: 3_000, stressAccounts: 80, runs: 12 };
export const QUICK: Extent = { replayAccounts: 300, stressAccounts: 40, runs: 2 };

export async function runLab(seedText: string, extent: Extent, say: (text: string) => void): Promise<LabReport> {
  const seed = Number(seedText);
  if (!/^\d+$/.test(seedText) || seed > 2 ** 32 - 1) {
    throw new OptionError(`--seed must be a whole number from 0 to 4294967295, not "${seedText}"`);
  }
  const began = Date.now();
  say(`replay: ${extent.replayAccounts} accounts`);
  const replayed = await replay(synthetic(extent.replayAccounts, seed), {
    ...{ modes: ["QUEUE", "PRORATA"], seed, defaulters: 3, vault: 0, day: true, say },
  });
  say("stress");
  const artifact = builtArtifacts(join(import.meta.dirname, "../../build/artifacts"), "npm run lab");
  const [accounts, runs] = [String(extent.stressAccounts), String(extent.runs)];
  const options = stressOptions({ scenario: "all", accounts, seed: seedText, runs });
  const stress = await runStress(options, artifact, (done, all, next) => say(`  ${done}/${all} ${next}`));
  say("calibration");
  const calibration = calibrate(calibrationInput({ ...DEFAULTS, seed: seedText }));
  const claims = replayed.claims.filter(({ holds }) => !holds).map(({ name, found }) => `replay: ${name}: ${found}`);
  const broken = [...claims, ...brokenIn(stress).map((each) => `stress: ${each}`)];
  return { seed, replay: replayed, stress, calibration, broken, seconds: (Date.now() - began) / 1000 };
}

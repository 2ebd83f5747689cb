// SPDX-License-Identifier: MIT
import { join } from "node:path";
import { builtArtifacts } from "../../deploy/built-artifacts.js";
import { calibrate } from "../calibrate/calibrate.js";
import { calibrationOptions } from "../calibrate/options.js";
import type { DoJobs } from "../jobs/Jobs.js";
import type { ReplayJob } from "../replay/job.js";
import type { StressJob } from "../stress/job.js";
import { replay } from "../replay/replay.js";
import { synthetic } from "../replay/synthetic.js";
import { brokenIn, runStress } from "../stress/run.js";
import { SCENARIOS } from "../stress/scenarios.js";
import type { LabReport } from "./result.js";

export const PARTS = ["calibration", "replay", "stress"] as const;
export type Part = (typeof PARTS)[number];

/** How much a run does: positions of the replay, accounts of a scenario, Monte Carlo runs, days of the drawn prices. */
export interface Size {
  positions: number;
  accounts: number;
  runs: number;
  days: number;
}

/** `doJobs`: who does the part, else this process. */
type Run = (lab: LabReport, size: Size, out: string, doJobs?: DoJobs<StressJob | ReplayJob>) => Promise<string[]>;

/** Each part fills in the report, and returns the promises that did not hold. */
export const RUN: Record<Part, Run> = {
  async calibration(lab, { days }, out) {
    const options = calibrationOptions({ days: String(days), seed: String(lab.seed) });
    lab.calibration = calibrate({ ...options, say: (text) => console.error(text) });
    options.network.write(join(out, "parameters.json"), lab.calibration);
    return [];
  },
  async replay(lab, { positions }, _, doJobs) {
    lab.replay = await replay(synthetic(positions, lab.seed), {
      modes: ["QUEUE", "PRORATA"],
      seed: lab.seed,
      defaulters: 3,
      vault: 0,
      day: true,
      say: (text) => console.error(text),
      ...(doJobs === undefined ? {} : { doJobs }),
    });
    return lab.replay.claims.filter(({ holds }) => !holds).map(({ name, found }) => `${name}: ${found}`);
  },
  async stress(lab, { accounts, runs }, _, doJobs) {
    const options = { scenarios: SCENARIOS.map(({ name }) => name), attacks: true, runs, accounts, seed: lab.seed };
    const artifact = builtArtifacts(join(import.meta.dirname, "../../build/artifacts"), "npm run lab");
    let last = "";
    const tell = (done: number, all: number, next: string) => {
      if (next !== last) console.error(`${done} of ${all}: ${next}`);
      last = next;
    };
    lab.stress = await runStress(options, artifact, tell, doJobs);
    return brokenIn(lab.stress);
  },
};

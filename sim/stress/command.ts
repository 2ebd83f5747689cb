// SPDX-License-Identifier: MIT
import { join } from "node:path";
import { SingleBar } from "cli-progress";
import { builtArtifacts } from "../../deploy/built-artifacts.js";
import type { DoJobs } from "../jobs/Jobs.js";
import type { StressJob } from "./job.js";
import { stressOptions } from "./options.js";
import { brokenIn, runStress } from "./run.js";
import { text } from "./tables.js";

/** Runs and prints. `doJobs`: who does the parts, else this process. */
export async function stressCommand(
  { json, ...values }: Parameters<typeof stressOptions>[0] & { json?: boolean },
  doJobs?: DoJobs<StressJob>,
): Promise<void> {
  const options = stressOptions(values);
  const artifact = builtArtifacts(join(import.meta.dirname, "../../build/artifacts"), "npm run lab -- stress");
  const bar = new SingleBar({ stream: process.stderr, format: "[{bar}] {value}/{total} {next}", hideCursor: true });
  bar.start(1, 0, { next: "" });
  try {
    const tell = (done: number, all: number, next: string) => {
      bar.setTotal(all);
      bar.update(done, { next });
    };
    const report = await runStress(options, artifact, tell, doJobs);
    bar.stop();
    const { seconds, ...found } = report;
    console.log(json ? JSON.stringify(found) : text(report));
    console.error(`${seconds} s`); // not among the results: two runs print the same
    const broken = brokenIn(report);
    if (broken.length > 0) {
      console.error(`\nPromises of the contracts that did not hold:\n${broken.join("\n")}`);
      process.exitCode = 1;
    }
  } finally {
    bar.stop();
  }
}

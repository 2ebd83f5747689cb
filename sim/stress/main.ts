// SPDX-License-Identifier: MIT
// npm run lab -- stress: crashes and attacks on the real contracts. See USAGE.
import { join } from "node:path";
import { SingleBar } from "cli-progress";
import { main } from "../../tools/options.js";
import { builtArtifacts } from "../../deploy/built-artifacts.js";
import { OPTIONS, USAGE, stressOptions } from "./options.js";
import { brokenIn, runStress } from "./run.js";
import { text } from "./tables.js";

await main(USAGE, OPTIONS, async ({ json, ...values }) => {
  const options = stressOptions(values);
  const artifact = builtArtifacts(join(import.meta.dirname, "../../build/artifacts"), "npm run lab -- stress");
  const bar = new SingleBar({ stream: process.stderr, format: "[{bar}] {value}/{total} {next}", hideCursor: true });
  bar.start(1, 0, { next: "" });
  try {
    const report = await runStress(options, artifact, (done, all, next) => {
      bar.setTotal(all);
      bar.update(done, { next });
    });
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
});

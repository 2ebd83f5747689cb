// SPDX-License-Identifier: MIT
// npm run lab: replay, stress and calibration in one report. See USAGE and docs/lab.md.
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { main } from "../../bench/options.js";
import { QUICK, USUAL, runLab } from "./lab.js";
import { labPage } from "./labPage.js";

const USAGE = `npm run lab -- [options]
  --seed S    draws other people and prices, 0 to 4294967295 (default 1)
  --out DIR   where report.html and report.json go (default lab)
  --quick     fewer accounts and runs: two minutes instead of ten
  --json      report.json's text on standard output too, on one line
  --help
Ends with 1 when a promise or a claim about the contracts does not hold.`;

await main(
  USAGE,
  {
    seed: { type: "string", default: "1" },
    out: { type: "string", default: "lab" },
    quick: { type: "boolean", default: false },
    json: { type: "boolean", default: false },
    help: { type: "boolean" },
  },
  async ({ seed, out, quick, json }) => {
    const report = await runLab(seed, quick ? QUICK : USUAL, (text) => console.error(text));
    mkdirSync(out, { recursive: true });
    writeFileSync(join(out, "report.html"), labPage(report));
    writeFileSync(join(out, "report.json"), `${JSON.stringify(report)}\n`);
    if (json) console.log(JSON.stringify(report));
    else console.log(`${join(out, "report.html")} and report.json, after ${report.seconds.toFixed(0)} s`);
    for (const broken of report.broken) console.error(`broken: ${broken}`);
    if (report.broken.length > 0) process.exitCode = 1;
  },
);

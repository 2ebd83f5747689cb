// SPDX-License-Identifier: MIT
// npm run lab: replay, stress and calibration, and one report of them. See USAGE and docs/lab.md.
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { OptionError, main, wholeWithin } from "../../tools/options.js";
import { PARTS, RUN, type Part, type Size } from "./parts.js";
import { reportHtml } from "./report.js";
import type { LabReport } from "./result.js";

const FULL: Size = { positions: 2_000, accounts: 80, runs: 12, days: 730 };
const QUICK: Size = { positions: 200, accounts: 30, runs: 2, days: 180 };

const USAGE = `npm run lab -- [options]
  --out DIR    where report.html, report.json and parameters.json go (default build/lab)
  --seed S     draws other people and other prices (default 1)
  --only PART  replay, stress or calibration alone; may be repeated
  --quick      few accounts: ${QUICK.positions} positions in the replay instead of ${FULL.positions}, ${QUICK.accounts} in a scenario instead of ${FULL.accounts}
  --help
Prints nothing but the folder; progress goes to stderr. Ends with 1 when a promise of the contracts does not hold.`;

await main(
  USAGE,
  {
    out: { type: "string" },
    seed: { type: "string" },
    only: { type: "string", multiple: true },
    quick: { type: "boolean" },
    help: { type: "boolean" },
  },
  async (values) => {
    const seed = wholeWithin("seed", values.seed ?? "1", 0, 2 ** 32 - 1);
    const parts = values.only?.map(partOf) ?? PARTS;
    const size = values.quick ? QUICK : FULL;
    const out = values.out ?? "build/lab";
    mkdirSync(out, { recursive: true });
    const lab: LabReport = { quick: values.quick ?? false, seed, seconds: {} };
    const broken: string[] = [];
    for (const part of PARTS.filter((each) => parts.includes(each))) {
      const began = Date.now();
      console.error(`\n${part}`);
      broken.push(...(await RUN[part](lab, size, out)));
      lab.seconds[part] = Math.round((Date.now() - began) / 100) / 10;
    }
    writeFileSync(join(out, "report.json"), JSON.stringify(lab));
    writeFileSync(join(out, "report.html"), reportHtml(lab));
    console.error(
      `\n${Object.entries(lab.seconds)
        .map(([part, time]) => `${part} ${time} s`)
        .join(", ")}`,
    );
    for (const what of broken) console.error(`broken: ${what}`);
    if (broken.length > 0) process.exitCode = 1;
    console.log(out);
  },
);

function partOf(text: string): Part {
  const part = PARTS.find((each) => each === text);
  if (!part) throw new OptionError(`--only must be one of ${PARTS.join(", ")}; not "${text}"`);
  return part;
}

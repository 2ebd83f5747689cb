// SPDX-License-Identifier: MIT
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { OptionError, wholeWithin } from "../../tools/options.js";
import type { DoJobs } from "../jobs/Jobs.js";
import type { ReplayJob } from "../replay/job.js";
import type { StressJob } from "../stress/job.js";
import { FULL, QUICK } from "./options.js";
import { PARTS, RUN, type Part } from "./parts.js";
import { reportHtml } from "./report.js";
import type { LabReport } from "./result.js";

export interface Values {
  out?: string | undefined;
  seed?: string | undefined;
  only?: string[] | undefined;
  quick?: boolean | undefined;
}

/** Runs all parts and writes their report. `doJobs`: who does them, else this process. */
export async function reportCommand(values: Values, doJobs?: DoJobs<StressJob | ReplayJob>): Promise<void> {
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
    broken.push(...(await RUN[part](lab, size, out, doJobs)));
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
}

function partOf(text: string): Part {
  const part = PARTS.find((each) => each === text);
  if (!part) throw new OptionError(`--only must be one of ${PARTS.join(", ")}; not "${text}"`);
  return part;
}

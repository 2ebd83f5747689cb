// SPDX-License-Identifier: MIT
import { OptionError, wholeWithin } from "../../tools/options.js";
import { textTable } from "../../tools/table.js";
import { writeText } from "../files/writeText.js";
import type { DoJobs } from "../jobs/Jobs.js";
import type { ReplayJob } from "./job.js";
import { MODES, drawnOf, inputOf, type Sources } from "./options.js";
import { replay } from "./replay.js";
import { synthetic } from "./synthetic.js";
import { besideTable, lineOf, textOf } from "./table.js";

export interface Values extends Sources {
  seed?: string | undefined;
  mode?: string | undefined;
  defaulters?: string | undefined;
  vault?: string | undefined;
  "no-day"?: boolean | undefined;
  report?: string | undefined;
  json?: boolean | undefined;
}

/** Runs and prints. `doJobs`: who plays the modes, else this process. */
export async function replayCommand(values: Values, doJobs?: DoJobs<ReplayJob>): Promise<void> {
  const began = Date.now();
  const say = (text: string) => console.error(text);
  const seed = wholeWithin("seed", values.seed ?? "1", 0, 2 ** 32 - 1);
  const modes = MODES[values.mode ?? "both"];
  if (!modes) throw new OptionError(`--mode must be queue, prorata or both, not "${values.mode}"`);
  const options = {
    modes,
    seed,
    defaulters: wholeWithin("defaulters", values.defaulters ?? "3", 1, 100),
    vault: wholeWithin("vault", values.vault ?? "0", 0, 1e9),
    say,
    ...(doJobs === undefined ? {} : { doJobs }),
  };
  const drawn = drawnOf(values);
  const report = await replay(inputOf(values, seed, say), { ...options, day: !values["no-day"] });
  const beside = drawn === undefined ? undefined : await replay(synthetic(drawn, seed), { ...options, day: false });
  if (values.json) for (const policy of report.policies) console.log(JSON.stringify(lineOf(policy)));
  else console.log(`\n${textOf(report)}`);
  if (beside !== undefined && !values.json) {
    console.log(`\nbeside ${beside.source}, and the rounds of that day:\n${textTable(besideTable(report, beside))}`);
  }
  for (const { mode, opening, rounds, day } of report.seconds) {
    console.error(`${mode}: opened in ${opening} s, day in ${day} s, rounds in ${rounds} s`);
  }
  console.error(`in all ${((Date.now() - began) / 1000).toFixed(0)} s`);
  if (values.report) writeText(values.report, JSON.stringify(beside === undefined ? report : { ...report, beside }));
  const broken = [report, beside].flatMap((each) => each?.claims ?? []).filter(({ holds }) => !holds);
  for (const { name, found } of broken) console.error(`broken: ${name}: ${found}`);
  if (broken.length > 0) process.exitCode = 1;
}

// SPDX-License-Identifier: MIT
// npm run lab -- collateral: pledges through crashes, under five sets of rules. See USAGE and docs/lab.md.
import { join } from "node:path";
import { builtArtifacts } from "../../deploy/built-artifacts.js";
import { main, wholeWithin } from "../../tools/options.js";
import { locks } from "./locks.js";
import { report } from "./report.js";
import { locksText, textOf } from "./text.js";

const USAGE = `npm run lab -- collateral [options]
  --each N       accounts of each of four sorts, 5 to 200 (default 25)
  --seed S       draws others, 0 to 4294967291 (default 1)
  --json         everything as one JSON object
  --help
Ends with 2 when an option cannot be used, with 1 when an invariant does not hold under the rules as built, or when a
lock on the contracts is another than the model's.
The plays are of a model with the rules of the contracts: three of the five sets of rules are not theirs. The locks of
two scenes are played on the contracts too.`;

const OPTIONS = {
  each: { type: "string", default: "25" },
  seed: { type: "string", default: "1" },
  json: { type: "boolean", default: false },
  help: { type: "boolean" },
} as const;

await main(USAGE, OPTIONS, async ({ each, seed, json }) => {
  const options = {
    each: wholeWithin("each", each, 5, 200),
    seed: wholeWithin("seed", seed, 0, 2 ** 32 - 5),
    say: (text: string) => console.error(text),
  };
  const found = report(options);
  const artifact = builtArtifacts(join(import.meta.dirname, "../../artifacts"), "npm run lab -- collateral");
  const compared = await locks(options.seed, artifact, options.say);
  const broken = [...found.broken, ...compared.flatMap((lock) => lock.broken)];
  console.log(
    json
      ? JSON.stringify({ ...found, locks: compared, broken })
      : `${textOf({ ...found, broken })}\n\n${locksText(compared)}`,
  );
  if (broken.length > 0) process.exitCode = 1;
});

// SPDX-License-Identifier: MIT
// npm run lab -- collateral: pledges through crashes, under four sets of rules. See USAGE and docs/lab.md.
import { main, wholeWithin } from "../../tools/options.js";
import { report } from "./report.js";
import { textOf } from "./text.js";

const USAGE = `npm run lab -- collateral [options]
  --each N       accounts of each of four sorts, 5 to 200 (default 25)
  --seed S       draws others, 0 to 4294967291 (default 1)
  --json         everything as one JSON object
  --help
Ends with 2 when an option cannot be used, with 1 when an invariant does not hold under the rules as built.
The plays are of a model with the rules of the contracts, not of the contracts: two of the four sets of rules are not
theirs.`;

const OPTIONS = {
  each: { type: "string", default: "25" },
  seed: { type: "string", default: "1" },
  json: { type: "boolean", default: false },
  help: { type: "boolean" },
} as const;

await main(USAGE, OPTIONS, async ({ each, seed, json }) => {
  const found = report({
    each: wholeWithin("each", each, 5, 200),
    seed: wholeWithin("seed", seed, 0, 2 ** 32 - 5),
    say: (text) => console.error(text),
  });
  console.log(json ? JSON.stringify(found) : textOf(found));
  if (found.broken.length > 0) process.exitCode = 1;
});

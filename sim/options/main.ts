// SPDX-License-Identifier: MIT
// npm run lab -- options: portfolios of options through crashes, and smiles from quotes. See USAGE and docs/lab.md.
import { join } from "node:path";
import { builtArtifacts } from "../../deploy/built-artifacts.js";
import { main, wholeWithin } from "../../tools/options.js";
import { optionLocks } from "./locks.js";
import { report } from "./report.js";
import { locksText, textOf } from "./text.js";

const USAGE = `npm run lab -- options [options]
  --quotes FILE  CSV of option quotes: instrument_name (BTC-28MAR25-90000-C), creation_timestamp, underlying_price, and mark_iv, or
                 bid_iv and ask_iv (percent), or bid_price and ask_price (parts of the forward): the columns of the largest
                 venue's public book summaries. May be repeated. Without it a market is drawn from a model
  --each N       accounts of each sort, 10 to 2000 (default 100)
  --seed S       draws others, 0 to 4294967295 (default 1)
  --json         everything as one JSON object
  --help
Ends with 2 when an option or a file cannot be used, with 1 when a promise of the lock does not hold.
The plays are of a model in floating point with the rules of the contracts. Two locks are played on the contracts too,
and compared.`;

const OPTIONS = {
  quotes: { type: "string", multiple: true },
  each: { type: "string", default: "100" },
  seed: { type: "string", default: "1" },
  json: { type: "boolean", default: false },
  help: { type: "boolean" },
} as const;

await main(USAGE, OPTIONS, async ({ quotes, each, seed, json }) => {
  const options = {
    quotes,
    each: wholeWithin("each", each, 10, 2_000),
    seed: wholeWithin("seed", seed, 0, 2 ** 32 - 1),
    say: (text: string) => console.error(text),
  };
  const found = report(options);
  const artifact = builtArtifacts(join(import.meta.dirname, "../../artifacts"), "npm run lab -- options");
  const locks = await optionLocks(options.seed, artifact, options.say);
  const broken = [...found.broken, ...locks.flatMap((lock) => lock.broken)];
  console.log(
    json ? JSON.stringify({ ...found, locks, broken }) : `${textOf({ ...found, broken })}\n\n${locksText(locks)}`,
  );
  if (broken.length > 0) process.exitCode = 1;
});

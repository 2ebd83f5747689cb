// SPDX-License-Identifier: MIT
// npm run lab -- replay: a population, prices and deleveraging rounds on the contracts, and what other policies would
// have done. See USAGE and docs/lab.md.
import type { ModeName } from "../../deploy/deploy-novation.js";
import { OptionError, main, wholeWithin } from "../../tools/options.js";
import { MAX_MOVE, maxMoveOf } from "../files/readMarks.js";
import { writeText } from "../files/writeText.js";
import { readPositions, readPrices, readRounds } from "./csv.js";
import { assemble, type ReplayInput } from "./input.js";
import { replay } from "./replay.js";
import { synthetic } from "./synthetic.js";
import { lineOf, textOf } from "./table.js";

const USAGE = `npm run lab -- replay --positions FILE --prices FILE [--rounds FILE] [options]
npm run lab -- replay --synthetic N [--seed S] [options]
  --positions FILE   CSV: account, side, size, entry_price, margin; and asset, unless --asset names it
  --prices FILE      CSV: timestamp, asset, mark; or an exchange's klines. May be repeated, in order of time
  --rounds FILE      CSV: asset, timestamp, adl_price, qty, mark_exec_gap; optional: wave, side (of the defaulters, else long)
  --asset NAME       the market of all positions and prices whose file does not name theirs
  --max-move X       how many times the mark before a mark may be within a day (default ${MAX_MOVE}); more is refused as another unit
  --synthetic N      N accounts drawn from the published quantiles of 10 October 2025, and that day's rounds (30 to 20000)
  --seed S           draws another population and another random order (default 1)
  --mode MODE        queue, prorata, or both (default both)
  --defaulters N     accounts that share the quantity of a round (default 3)
  --vault AMOUNT     what the insurance vault may pay in each market, quote (default 0: winners pay all)
  --no-day           leaves out the play of the prices at their own times
  --report FILE      writes everything that was found as JSON
  --json             one JSON object a policy, one a line
  --help
Ends with 1 when a claim about the contracts is broken, with 2 when an option or a file cannot be used.`;

const MODES: Record<string, ModeName[]> = { queue: ["QUEUE"], prorata: ["PRORATA"], both: ["QUEUE", "PRORATA"] };

await main(
  USAGE,
  {
    positions: { type: "string" },
    prices: { type: "string", multiple: true },
    rounds: { type: "string" },
    asset: { type: "string" },
    "max-move": { type: "string" },
    synthetic: { type: "string" },
    seed: { type: "string" },
    mode: { type: "string" },
    defaulters: { type: "string" },
    vault: { type: "string" },
    "no-day": { type: "boolean" },
    report: { type: "string" },
    json: { type: "boolean" },
    help: { type: "boolean" },
  },
  async (values) => {
    const began = Date.now();
    const seed = wholeWithin("seed", values.seed ?? "1", 0, 2 ** 32 - 1);
    const modes = MODES[values.mode ?? "both"];
    if (!modes) throw new OptionError(`--mode must be queue, prorata or both, not "${values.mode}"`);
    const report = await replay(inputOf(values, seed), {
      modes,
      seed,
      day: !values["no-day"],
      defaulters: wholeWithin("defaulters", values.defaulters ?? "3", 1, 100),
      vault: wholeWithin("vault", values.vault ?? "0", 0, 1e9),
      say: (text) => console.error(text),
    });
    if (values.json) for (const policy of report.policies) console.log(JSON.stringify(lineOf(policy)));
    else console.log(`\n${textOf(report)}`);
    for (const { mode, opening, rounds, day } of report.seconds) {
      console.error(`${mode}: opened in ${opening} s, day in ${day} s, rounds in ${rounds} s`);
    }
    console.error(`in all ${((Date.now() - began) / 1000).toFixed(0)} s`);
    if (values.report) writeText(values.report, JSON.stringify(report));
    const broken = report.claims.filter(({ holds }) => !holds);
    for (const { name, found } of broken) console.error(`broken: ${name}: ${found}`);
    if (broken.length > 0) process.exitCode = 1;
  },
);

interface Sources {
  positions?: string | undefined;
  prices?: string[] | undefined;
  rounds?: string | undefined;
  asset?: string | undefined;
  "max-move"?: string | undefined;
  synthetic?: string | undefined;
}

function inputOf(values: Sources, seed: number): ReplayInput {
  const { positions, prices, rounds, synthetic: accounts } = values;
  if (accounts !== undefined) {
    const file = positions ?? prices ?? rounds ?? values.asset ?? values["max-move"];
    if (file !== undefined)
      throw new OptionError("--synthetic draws everything: it takes no files and nothing about them");
    return synthetic(wholeWithin("synthetic", accounts, 30, 20_000), seed);
  }
  if (positions === undefined || prices === undefined) {
    throw new OptionError("give --positions and --prices, or --synthetic");
  }
  const maxMove = maxMoveOf(values["max-move"] ?? String(MAX_MOVE));
  const marks = readPrices(prices, { asset: values.asset, maxMove });
  const assets = [...new Set(marks.map(({ asset }) => asset))];
  const only = values.asset ?? (assets.length === 1 ? assets[0] : undefined);
  return assemble({
    positions: readPositions(positions, only),
    prices: marks,
    source: positions,
    rounds: rounds === undefined ? [] : readRounds(rounds),
  });
}

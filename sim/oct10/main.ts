// SPDX-License-Identifier: MIT
// npm start: Novation on a chain of its own through the crash of 10 October 2025, as the everyday settings build it
// (see hardhat.config.ts): the same source as what ships, other gas. See USAGE.
import { join } from "node:path";
import { SingleBar } from "cli-progress";
import { builtArtifacts } from "../../deploy/built-artifacts.js";
import { main } from "../../tools/options.js";
import type { Balance } from "../venue/audit.js";
import { Chain } from "../venue/Chain.js";
import { CrashVenue } from "./CrashVenue.js";
import { playCrash, recover } from "./crash.js";
import { keepChain } from "./keepChain.js";
import { OPTIONS, USAGE, crashOptions, type Options } from "./options.js";
import { BrokenPromise, checkVenue } from "./promises.js";
import { END, FALL_ASLEEP, START, publishedMarks } from "./published.js";
import { population } from "./population.js";
import { summary, table } from "./summary.js";

// Time enough before the crash for positions to be opened.
const EARLIER = 12 * 3_600;

async function run(options: Options): Promise<void> {
  const began = Date.now();
  const people = population(options.accounts, options.seed);
  const steps = Object.values(people.history).reduce((sum, prices) => sum + prices.length, 0);
  const bar = new SingleBar({ stream: process.stderr, format: "{stage} [{bar}] {percentage}% {at}", hideCursor: true });
  bar.start(steps + END - START, 0, { stage: "opening positions", at: "" });
  const chain = await Chain.start(START - EARLIER, options.keep);
  try {
    const artifact = builtArtifacts(join(import.meta.dirname, "../../artifacts"), "npm start");
    const venue = await CrashVenue.open(chain, options, people, artifact, START, () => bar.increment());
    const asleep = { from: FALL_ASLEEP, until: FALL_ASLEEP + options.sleep };
    const crash = await playCrash(venue, publishedMarks(), asleep, (time) => {
      bar.update(steps + time - START, {
        stage: "playing the crash",
        at: new Date(time * 1000).toISOString().slice(11, 19),
      });
    });
    const balance = await checkVenue(venue);
    const rates = balance.shortfall > 0n ? await recover(venue, balance.shortfall) : [];
    if (rates.length > 0 && rates.at(-1) !== 1)
      throw new BrokenPromise("INV-1", "claims are not whole after the cover");
    if (rates.length > 0) await checkVenue(venue);
    bar.stop();
    report(options, crash, balance, rates);
    // not in the table: two runs print the same
    console.error(`played in ${Math.round((Date.now() - began) / 1000)} s`);
    if (options.keep !== undefined) await keepChain(venue);
  } finally {
    bar.stop();
    chain.stop();
  }
}

function report(options: Options, crash: Awaited<ReturnType<typeof playCrash>>, balance: Balance, rates: number[]) {
  const result = summary(options, crash.tally, balance, rates);
  if (options.json) console.log(JSON.stringify(result));
  else console.log(table(result, crash));
}

await main(USAGE, OPTIONS, async (values) => {
  const options = crashOptions(values);
  try {
    await run(options);
  } catch (error) {
    if (!(error instanceof BrokenPromise)) throw error;
    console.error(`\n${error.message}`);
    process.exitCode = 1;
  }
});

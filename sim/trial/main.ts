// SPDX-License-Identifier: MIT
// npm run keeper -- trial: a keeper in a crash on a real node, under every fault. See USAGE.
import { join } from "node:path";
import { OptionError, main, wholeWithin, type parse } from "../../tools/options.js";
import { MAX_KEEPERS, prepare } from "./venue.js";
import { NoPostgres } from "./Postgres.js";
import { line } from "./line.js";
import { FAULT_NAMES, scenarios } from "./scenarios.js";
import { trial, type TrialOptions } from "./trial.js";

const USAGE = `npm run keeper -- trial [options]
  --accounts N     accounts over three markets, 60 to 20000 (default 10000); the first run opens them, later ones load them
  --fault NAME     ${FAULT_NAMES.join(", ")}; or all (default all)
  --keepers K      1 to ${MAX_KEEPERS} (default 1); more than one share a PostgreSQL of their own
  --shared         one group of three markets, with accounts in two of them, instead of three groups
  --seed S         draws another population (default 1)
  --gas-limit G    of a block (default 60000000)
  --block S        seconds of the wall between blocks, of which each is 12 s on the chain (default 2)
  --keeper COMMAND the keeper's command before its options (default "npx tsx keeper/main.ts")
  --json           prints one JSON object a fault
  --help`;

const OPTIONS = {
  accounts: { type: "string", default: "10000" },
  fault: { type: "string", default: "all" },
  keepers: { type: "string", default: "1" },
  seed: { type: "string", default: "1" },
  "gas-limit": { type: "string", default: "60000000" },
  block: { type: "string", default: "2" },
  keeper: { type: "string", default: "npx tsx keeper/main.ts" },
  shared: { type: "boolean", default: false },
  json: { type: "boolean", default: false },
  help: { type: "boolean" },
} as const;

process.setMaxListeners(0); // every child of every fault listens for the end
// What was started ends with this process, however that ends.
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.once(signal, () => process.exit(130));

await main(USAGE, OPTIONS, async (values) => {
  try {
    await run(values);
  } catch (error) {
    if (!(error instanceof NoPostgres)) throw error;
    console.log(`skipped: ${error.message}`);
  }
});
process.exit(); // children that were abandoned hold nobody up

async function run(values: ReturnType<typeof parse<typeof OPTIONS>>): Promise<void> {
  const accounts = wholeWithin("accounts", values.accounts, 60, 20_000);
  const keepers = wholeWithin("keepers", values.keepers, 1, MAX_KEEPERS);
  const chosen = scenarios(values.fault, keepers);
  if (chosen.length === 0) throw new OptionError(`--fault must be one of ${FAULT_NAMES.join(", ")}, or all`);
  const say = (told: string) => void process.stderr.write(`${told}\n`);
  const options: TrialOptions = {
    command: values.keeper.split(" "),
    keepers,
    gasLimit: BigInt(wholeWithin("gas-limit", values["gas-limit"], 17_000_000, 1e9)),
    blockSeconds: wholeWithin("block", values.block, 1, 60),
    chainSeconds: 12,
    patience: 60,
    say,
  };
  const seed = wholeWithin("seed", values.seed, 0, 2 ** 32 - 1);
  const cache = join(import.meta.dirname, "../../cache/trial");
  const { venue, stateFile } = await prepare({ accounts, seed, shared: values.shared }, cache, say);
  say(`${accounts} accounts, opened in ${venue.seconds} s`);
  let failed = false;
  for (const scenario of chosen) {
    const result = await trial(venue, stateFile, scenario, options);
    console.log(values.json ? JSON.stringify(result) : line(result));
    if (result.doubles > 0 || result.left > 0 || !result.atRest) failed = true;
  }
  process.exitCode = failed ? 1 : 0;
}

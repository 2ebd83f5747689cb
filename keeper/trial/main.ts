// SPDX-License-Identifier: MIT
// npm run trial: a keeper in a crash on a real node, under every fault. See USAGE.
import { join } from "node:path";
import { parseArgs } from "node:util";
import { MAX_KEEPERS, prepare } from "./venue.js";
import { NoPostgres } from "./Postgres.js";
import { line } from "./line.js";
import { FAULT_NAMES, scenarios } from "./scenarios.js";
import { trial, type TrialOptions } from "./trial.js";

const USAGE = `npm run trial -- [options]
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

const text = { type: "string" } as const;
const flag = { type: "boolean", default: false } as const;
const { values } = parseArgs({
  options: {
    accounts: text,
    fault: text,
    keepers: text,
    seed: text,
    "gas-limit": text,
    block: text,
    keeper: text,
    shared: flag,
    json: flag,
    help: flag,
  },
  strict: true,
});

process.setMaxListeners(0); // every child of every fault listens for the end
// What was started ends with this process, however that ends.
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.once(signal, () => process.exit(130));

if (values.help) console.log(USAGE);
else await run().catch(explain);
process.exit(); // children that were abandoned hold nobody up

async function run(): Promise<void> {
  const accounts = whole("accounts", values.accounts ?? "10000", 60, 20_000);
  const keepers = whole("keepers", values.keepers ?? "1", 1, MAX_KEEPERS);
  const chosen = scenarios(values.fault ?? "all", keepers);
  if (chosen.length === 0) throw new RangeError(`--fault must be one of ${FAULT_NAMES.join(", ")}, or all`);
  const say = (told: string) => void process.stderr.write(`${told}\n`);
  const options: TrialOptions = {
    command: (values.keeper ?? "npx tsx keeper/main.ts").split(" "),
    keepers,
    gasLimit: BigInt(whole("gas-limit", values["gas-limit"] ?? "60000000", 17_000_000, 1e9)),
    blockSeconds: whole("block", values.block ?? "2", 1, 60),
    chainSeconds: 12,
    patience: 60,
    say,
  };
  const shared = values.shared ?? false;
  const seed = whole("seed", values.seed ?? "1", 0, 2 ** 32 - 1);
  const cache = join(import.meta.dirname, "../../cache/trial");
  const { venue, stateFile } = await prepare({ accounts, seed, shared }, cache, say);
  say(`${accounts} accounts, opened in ${venue.seconds} s`);
  let failed = false;
  for (const scenario of chosen) {
    const result = await trial(venue, stateFile, scenario, options);
    console.log(values.json ? JSON.stringify(result) : line(result));
    if (result.doubles > 0 || result.left > 0 || !result.atRest) failed = true;
  }
  process.exitCode = failed ? 1 : 0;
}

function explain(error: unknown): void {
  if (error instanceof NoPostgres) console.log(`skipped: ${error.message}`);
  else {
    console.error(error instanceof RangeError ? `${error.message}\n\n${USAGE}` : error);
    process.exitCode = error instanceof RangeError ? 2 : 1;
  }
}

function whole(name: string, given: string, low: number, high: number): number {
  const value = Number(given);
  if (!/^\d+$/.test(given) || value < low || value > high) {
    throw new RangeError(`--${name} must be a whole number from ${low} to ${high}, not "${given}"`);
  }
  return value;
}

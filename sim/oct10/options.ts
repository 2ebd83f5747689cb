// SPDX-License-Identifier: MIT
import type { ModeName } from "../../deploy/deploy-novation.js";
import { OptionError, wholeWithin } from "../../tools/options.js";

export interface Options {
  accounts: number;
  seed: number;
  mode: ModeName;
  /** Quote. */
  vault: number;
  /** Seconds. */
  sleep: number;
  json: boolean;
  /** Leaves the chain running at this port; undefined: it ends. */
  keep: number | undefined;
}

export const USAGE = `npm start -- [options]
  --accounts N     traders, 20 to 3000 (default 300)
  --seed S         draws another population, 0 to 4294967295 (default 1)
  --mode MODE      tear-up through the queue, "queue", or the same share of every winner, "prorata" (default queue)
  --vault AMOUNT   quote in the insurance vault, 1 to 1000000000 (default 20000)
  --sleep SECONDS  keepers sleep for so long from 21:17:00 on, 0 to 600 (default 0); 340 leaves late defaults
  --json           prints the summary as one JSON object (npm start --silent -- --json: without the lines of npm)
  --keep           leaves the chain running afterwards, a block a second, until Ctrl-C: for npm run venue -- --rpc, or
                   to look at; its port is --port N (default 8545)
  --help`;

export const OPTIONS = {
  accounts: { type: "string", default: "300" },
  seed: { type: "string", default: "1" },
  mode: { type: "string", default: "queue" },
  vault: { type: "string", default: "20000" },
  sleep: { type: "string", default: "0" },
  json: { type: "boolean", default: false },
  keep: { type: "boolean", default: false },
  port: { type: "string" },
  help: { type: "boolean" },
} as const;

/** What the texts of the options ask for; an OptionError says which of them does not. */
export function crashOptions(values: {
  accounts: string;
  seed: string;
  mode: string;
  vault: string;
  sleep: string;
  json: boolean;
  keep?: boolean;
  port?: string | undefined;
}): Options {
  const { mode, json, keep = false, port } = values;
  if (mode !== "queue" && mode !== "prorata") throw new OptionError(`--mode must be queue or prorata, not "${mode}"`);
  if (port !== undefined && !keep) throw new OptionError("--port is of a chain that is kept: give --keep too");
  return {
    accounts: wholeWithin("accounts", values.accounts, 20, 3_000),
    seed: wholeWithin("seed", values.seed, 0, 2 ** 32 - 1),
    mode: mode === "queue" ? "QUEUE" : "PRORATA",
    vault: wholeWithin("vault", values.vault, 1, 1e9),
    sleep: wholeWithin("sleep", values.sleep, 0, 600),
    json,
    keep: keep ? wholeWithin("port", port ?? "8545", 1, 65_535) : undefined,
  };
}

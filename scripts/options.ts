// SPDX-License-Identifier: MIT
import { parseArgs } from "node:util";
import type { ModeName } from "../deploy/deploy-novation.js";

export interface Options {
  accounts: number;
  seed: number;
  mode: ModeName;
  /** Quote. */
  vault: number;
  /** Seconds. */
  sleep: number;
  json: boolean;
}

export const USAGE = `npm start -- [options]
  --accounts N     traders, 20 to 3000 (default 300)
  --seed S         draws another population, 0 to 4294967295 (default 1)
  --mode MODE      tear-up through the queue, "queue", or the same share of every winner, "prorata" (default queue)
  --vault AMOUNT   quote in the insurance vault, 1 to 1000000000 (default 20000)
  --sleep SECONDS  keepers sleep for so long from 21:17:00 on, 0 to 600 (default 0); 340 leaves late defaults
  --json           prints the summary as one JSON object (npm start --silent -- --json: without the lines of npm)
  --help`;

/** An option that cannot be used; the message says what can. */
export class OptionError extends Error {}

/** The options of the start script; undefined when help is wanted. */
export function parseOptions(args: string[]): Options | undefined {
  const text = { type: "string" } as const;
  const flag = { type: "boolean", default: false } as const;
  const options = { accounts: text, seed: text, mode: text, vault: text, sleep: text, json: flag, help: flag };
  let values: ReturnType<typeof parseArgs<{ args: string[]; options: typeof options }>>["values"];
  try {
    values = parseArgs({ args, options, strict: true, allowPositionals: false }).values;
  } catch (error) {
    throw new OptionError((error as Error).message);
  }
  if (values.help) return undefined;
  const mode = values.mode ?? "queue";
  if (mode !== "queue" && mode !== "prorata") throw new OptionError(`--mode must be queue or prorata, not "${mode}"`);
  return {
    accounts: within("accounts", values.accounts ?? "300", 20, 3_000),
    seed: within("seed", values.seed ?? "1", 0, 2 ** 32 - 1),
    mode: mode === "queue" ? "QUEUE" : "PRORATA",
    vault: within("vault", values.vault ?? "20000", 1, 1e9),
    sleep: within("sleep", values.sleep ?? "0", 0, 600),
    json: values.json ?? false,
  };
}

function within(name: string, text: string, low: number, high: number): number {
  const value = Number(text);
  if (!/^\d+$/.test(text) || value < low || value > high) {
    throw new OptionError(`--${name} must be a whole number from ${low} to ${high}, not "${text}"`);
  }
  return value;
}

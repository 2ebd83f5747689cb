// SPDX-License-Identifier: MIT
import { readFileSync } from "node:fs";
import { z } from "zod/v4";
import { StartError } from "../../chain/errors.js";

const wei = z.union([z.number().int().nonnegative(), z.string().regex(/^\d+$/)]).transform((value) => BigInt(value));
const count = z.number().int().positive();
const natural = z.number().int().nonnegative();

/** Every number of a relay with its unit and default; docs/relay.md has them too. */
export const configSchema = z.strictObject({
  // ------------------------------------------------------------------ following the chain
  /** Blocks that a reorganisation may take back. */
  reorgDepth: count.default(64),
  /** Blocks of a query of events, and the most. */
  firstPage: count.default(2_000),
  largestPage: count.default(50_000),
  /** Milliseconds between looks for a new block, when no WebSocket tells of it, or it is silent for so long. */
  pollInterval: count.default(500),
  silence: count.default(15_000),
  /** Milliseconds for an answer of a node, and how often a question is put again. */
  requestTimeout: count.default(10_000),
  requestRetries: natural.default(3),

  // ------------------------------------------------------------------ orders
  /** Seconds before its expiry at which an order is dropped or no longer taken: no later block could contain it. */
  expirySlack: natural.max(60).default(5),
  /** A move of the mark after which the margin of all open orders is looked at, ppm. */
  sweepMove: count.default(2_000),
  /** Threads that check signatures; 0: one less than there are processors. */
  threads: natural.default(0),
  /** Requests a second in the long run and at once, of a network address and of a signer. */
  addressRate: count.default(200),
  addressBurst: count.default(1_000),
  signerRate: count.default(100),
  signerBurst: count.default(500),
  /** Orders that may wait for a thread, and statements that may wait to be written. */
  maxQueue: count.default(4_096),
  maxWaiting: count.default(8_192),
  /** Bytes that may wait for a reader of the stream, and readers at once. */
  maxBuffered: count.default(1_048_576),
  maxClients: count.default(2_000),

  /** Limits of options that may rest are multiples of it, 1e-18 quote; 0: of nothing. */
  optionTick: wei.default(10_000_000_000_000_000n),

  // ------------------------------------------------------------------ pulled prices
  /** Milliseconds for the answer of the report server. */
  reportTimeout: count.default(1_000),
  /** The most that is sent along with a report for its verification, wei; what is not needed comes back. */
  maxReportFee: wei.default(1_000_000_000_000_000n),
  /** Age of a stored price from which settlements bring the next report, ppm of its heartbeat; 0: when it is stale. */
  reportRefresh: natural.max(1_000_000).default(500_000),
  /** By how much a report's price differs from the stored one for the same, ppm; 0: never. */
  reportMove: wei.default(5_000n),

  // ------------------------------------------------------------------ settling
  /** Gas of a batch, by estimate, and the most that a transaction may have. */
  batchGas: count.default(10_000_000),
  transactionGas: count.default(16_777_216),
  /** Milliseconds that matches are gathered for before they are sent. */
  gather: natural.default(100),
  /** Seconds after which a match is given up that its market keeps waiting: by a lock, or a stale price. */
  patience: count.default(60),
  /** Priority fee, the most to which it rises, and the most that is paid for gas, wei. */
  priorityFee: wei.default(1_000_000_000n),
  maxPriorityFee: wei.default(10_000_000_000n),
  maxFee: wei.default(500_000_000_000n),
  /** Blocks after which a transaction is replaced, and by how much its fees rise, percent. */
  replaceAfter: count.default(3),
  bump: z.number().int().min(10).default(25),
  maxPending: count.default(16),
  retryAfter: count.default(1),
  /** Stops sending when more was spent on gas within an hour, wei. */
  maxGasAnHour: wei.default(1_000_000_000_000_000_000n),
});

export type Config = z.output<typeof configSchema>;

export class ConfigUnreadable extends StartError {
  constructor(file: string, why: string) {
    super(`${file} is no configuration of a relay: ${why}. Every field with its unit is in docs/relay.md.`);
  }
}

export function parseConfig(value: unknown, file: string): Config {
  const parsed = configSchema.safeParse(value);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new ConfigUnreadable(file, `${issue!.path.join(".") || "the whole"}: ${issue!.message}`);
}

/** The configuration in a JSON file; without a file the defaults. */
export function readConfig(file: string | undefined): Config {
  if (file === undefined) return parseConfig({}, "the default");
  let value: unknown;
  try {
    value = JSON.parse(readFileSync(file, "utf8"));
  } catch (failure) {
    throw new ConfigUnreadable(file, (failure as Error).message);
  }
  return parseConfig(value, file);
}

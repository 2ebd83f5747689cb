// SPDX-License-Identifier: MIT
import { readFileSync } from "node:fs";
import { z } from "zod";
import { ConfigUnreadable } from "./errors.js";

/** A whole number that JSON may write as a number or, when large, as a string of digits. */
const whole = z
  .union([z.number().int().safe().nonnegative(), z.string().regex(/^\d+$/)])
  .transform((value) => BigInt(value));
const count = z.number().int().positive();
/** A timer that is given more rings at once. */
const milliseconds = count.max(2 ** 31 - 1);

/** The units are in the comments, and in docs/keeper.md. */
export const configSchema = z
  .object({
    // ------------------------------------------------------------------ following the chain
    /** Blocks that a reorganisation may take back: a block is final below this depth. */
    reorgDepth: count.default(64),
    /** Blocks of the first query of events, and the most; the page shrinks when a node refuses and grows again. */
    firstPage: count.default(2_000),
    largestPage: count.default(50_000),
    /** Milliseconds between looks for a new block, when no WebSocket tells of it. */
    pollInterval: milliseconds.default(1_000),
    /** Milliseconds without a head by WebSocket after which polling takes over. */
    silence: milliseconds.default(15_000),
    /** Milliseconds for an answer of a node, and how often a question is put again. */
    requestTimeout: milliseconds.default(10_000),
    requestRetries: z.number().int().nonnegative().default(3),
    /** Blocks between snapshots of the venue in the database. */
    snapshotEvery: count.default(300),
    /** Blocks between spot checks, and accounts in each. */
    checkEvery: count.default(25),
    checkAccounts: z.number().int().nonnegative().default(4),
    /** Accounts that are compared at each head after the venue was rebuilt from events, until all have been. */
    sweepAccounts: z.number().int().nonnegative().default(500),

    // ------------------------------------------------------------------ deciding
    /** Cost of a million gas, 1e-9 quote. */
    millionGas: whole.default(500_000_000),
    /** The most to lose on an action that is not a duty, 1e-9 quote. */
    maxLoss: whole.default(1_000_000_000),
    /** Most gas of a transaction, and of what is sent for one block. */
    transactionGas: count.default(16_777_216),
    blockGas: count.default(30_000_000),
    /** The most notional that the keeper's accounts hold in all, 1e-9 quote. 0: takes nothing over. */
    maxInventory: whole.default(0),
    /** Equity / initial margin below which the keeper's account takes nothing more over, and a warning is told; ppm. */
    minOwnMargin: whole.default(1_500_000),
    /** The least discount at which the keeper buys of the vault, ppm. */
    minDiscount: whole.default(2_000),
    /** The most by which an order may be worse than the mark to close own positions against it, ppm. */
    unwindCost: whole.default(3_000),
    /**
     * Seconds from the last block to the one that shall contain the actions; 0 where nodes simulate at the last block's
     * time.
     */
    secondsAhead: whole.default(0),
    /** Blocks after which a refused action is tried again though nothing has changed. */
    retryAfter: count.default(5),

    // ------------------------------------------------------------------ pulled prices
    /** Milliseconds for the answer of the report server. */
    reportTimeout: milliseconds.default(1_000),
    /** The most wei that is sent along with a report for its verification; what is not needed comes back. */
    maxReportFee: whole.default("1000000000000000"),
    /** Age of a price at which the next report is brought though no action needs it, ppm of its heartbeat; 0: never. */
    reportRefresh: z.number().int().min(0).max(1_000_000).default(500_000),
    /** By how much a report's price differs from the stored one for the same, ppm; 0: never. */
    reportMove: whole.default(5_000),

    // ------------------------------------------------------------------ options
    /** Age of a volatility level at which the source's next one is posted, ppm of its heartbeat. */
    levelRefresh: z.number().int().min(0).max(1_000_000).default(500_000),
    /** By how much the source's level differs from the posted one for the same, ppm. */
    levelMove: whole.default(5_000),
    /** By how much a volatility of the source's smile differs from the posted one for a post, ppm. */
    smileMove: whole.default(5_000),
    /** Whose expired positions are collected. */
    collect: z.enum(["all", "own", "none"]).default("all"),
    /** Whether expiries of the grid are listed for which the source has a smile. */
    listExpiries: z.boolean().default(false),
    /** A move of price or level, ppm, and a number of blocks, after which every account is looked at. */
    everyoneSpot: count.default(10_000),
    everyoneLevel: count.default(50_000),
    everyoneBlocks: count.default(100),
    /** Milliseconds after which a look acts by the accounts that it has asked for; the next one asks for the others. */
    lookTime: milliseconds.default(2_000),
    /** What such a move is taken to use up of what is between an account and liquidation, ppm of initial margin. */
    roomUsed: count.default(200_000),

    // ------------------------------------------------------------------ sending
    /**
     * Priority fee, the most to which it is raised while others are mined first, and the most that is paid for gas,
     * wei.
     */
    priorityFee: whole.default(1_000_000_000),
    maxPriorityFee: whole.default(10_000_000_000),
    maxFee: whole.default(500_000_000_000),
    /** Blocks after which a transaction that is not mined is replaced, and by how much its fees rise, percent. */
    replaceAfter: count.default(3),
    bump: z.number().int().min(10).default(25),
    /** The most transactions of a key that wait at once: nodes keep 16 of a sender for sure. */
    maxPending: count.default(16),
    /** Stops sending when more than this was spent on gas within an hour, wei. */
    maxGasAnHour: whole.default("1000000000000000000"),
    /** Warns below this balance of a key, wei. */
    minBalance: whole.default("50000000000000000"),
    /** Whether the vault's batches are priced. */
    vaultDuties: z.boolean().default(true),
  })
  .strict();

export type Config = z.output<typeof configSchema>;

export function parseConfig(value: unknown, file: string): Config {
  const parsed = configSchema.safeParse(value);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new ConfigUnreadable(file, `${issue!.path.join(".") || "the whole"}: ${issue!.message}`);
}

/** The configuration in a JSON file; without a file the defaults. */
export function readConfig(file: string | undefined): Config {
  if (file === undefined) return parseConfig({}, "the default");
  try {
    return parseConfig(JSON.parse(readFileSync(file, "utf8")), file);
  } catch (failure) {
    if (failure instanceof ConfigUnreadable) throw failure;
    throw new ConfigUnreadable(file, (failure as Error).message);
  }
}

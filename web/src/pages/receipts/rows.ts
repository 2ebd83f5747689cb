// SPDX-License-Identifier: MIT
import { z } from "zod/v4-mini";
import { amountText, count, hash, shortText, time, whole } from "../../data/indexer/schemas";

// Rows of locks, as the indexer has them (docs/indexer.md).

const lockId = z.string().check(z.regex(/^\d{1,10}-\d{1,10}$/));
/** A price, or a difference of two. */
const level = whole.check(
  z.refine((value) => value <= 10n ** 24n && value >= -(10n ** 24n), { error: "is no possible price" }),
);

export const lockSchema = z.object({
  id: lockId,
  group: whole,
  number: count,
  state: shortText,
  reserve: amountText,
  absorbed: count,
  deficit: amountText,
  vaultPaid: amountText,
  charged: amountText,
  shortfall: amountText,
  lockedAt: time,
  until: time,
  settledAt: z.nullable(time),
  unlockedAt: z.nullable(time),
  tx: hash,
});
export type LockRow = z.output<typeof lockSchema>;

const marketSchema = z.object({
  market: whole,
  anchor: level,
  frozenMark: level,
  jump: level,
  charge: level,
  winners: amountText,
  netted: amountText,
  vaultClosed: amountText,
  vaultTook: amountText,
  tornUp: amountText,
});

const defaultSchema = z.object({ account: whole, deficit: amountText, time, tx: hash });
const reliefSchema = z.object({
  account: whole,
  relief: amountText,
  credit: amountText,
  absorbed: z.boolean(),
});
const nodeSchema = z.object({
  market: whole,
  longs: z.boolean(),
  node: whole,
  remainingBefore: whole,
  remaining: whole,
  size: amountText,
});
const payerSchema = z.object({
  account: whole,
  market: whole,
  size: amountText,
  gain: amountText,
  charge: amountText,
  tornUp: amountText,
});

export const receiptSchema = z.object({
  lock: lockSchema,
  markets: z.array(marketSchema).check(z.maxLength(4)),
  defaults: z.array(defaultSchema),
  nodes: z.array(nodeSchema),
  reliefs: z.array(reliefSchema),
  receipts: z.array(payerSchema),
});
export type ReceiptRows = z.output<typeof receiptSchema>;
export type PayerRow = ReceiptRows["receipts"][number];
export type DefaultRow = ReceiptRows["defaults"][number];
export type NodeRow = ReceiptRows["nodes"][number];
export type MarketRow = ReceiptRows["markets"][number];

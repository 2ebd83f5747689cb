// SPDX-License-Identifier: MIT
import { z } from "zod/v4-mini";
import { addressText, hash } from "../relay/schemas";

// Rows of the indexer (docs/indexer.md), held to their form. Amounts are whole numbers as text.

const MAX_DIGITS = 78;
/** Any whole number as text, signed. */
export const whole = z.pipe(
  z.string().check(z.maxLength(MAX_DIGITS, { abort: true }), z.regex(/^(0|-?[1-9]\d*)$/, { abort: true })),
  z.transform((text) => BigInt(text)),
);
/** A price that a mark can be: MIN_MARK to MAX_MARK of the SDK. */
export const priceText = whole.check(
  z.refine((value) => value >= 10n ** 6n && value <= 10n ** 24n, { error: "is no possible price" }),
);
/** Money, sizes: at most 2^96 either way. */
export const amountText = whole.check(
  z.refine((value) => value < 1n << 96n && value > -(1n << 96n), { error: "is no possible amount" }),
);
export const time = z.number().check(z.int(), z.minimum(0), z.maximum(2 ** 40));
export const count = z.number().check(z.int(), z.minimum(0));
export const shortText = z.string().check(z.maxLength(100));
export { addressText, hash };

export const candleSchema = z.object({
  start: time,
  open: priceText,
  high: priceText,
  low: priceText,
  close: priceText,
  count,
  base: whole,
  quote: whole,
});
export type Candle = z.output<typeof candleSchema>;

/** The name of the series that a row is of, as it was then: of option groups alone. */
export const seriesText = z.optional(z.nullable(shortText));
export const fillSchema = z.object({
  id: z.string(),
  seq: count,
  market: whole,
  series: seriesText,
  taker: whole,
  maker: whole,
  size: amountText,
  price: priceText,
  notional: amountText,
  takerFee: amountText,
  makerFee: amountText,
  makerSalt: whole,
  block: count,
  time,
  tx: hash,
});
export type Fill = z.output<typeof fillSchema>;

export const lifecycleSchema = z.object({
  id: z.string(),
  account: whole,
  market: whole,
  number: count,
  isLong: z.boolean(),
  size: amountText,
  largest: amountText,
  entry: whole,
  cashFlow: amountText,
  fees: amountText,
  funding: amountText,
  charges: amountText,
  liquidated: amountText,
  tornUp: amountText,
  profit: z.nullable(amountText),
  closedBy: z.nullable(shortText),
  openedAt: time,
  closedAt: z.nullable(time),
});
export type Lifecycle = z.output<typeof lifecycleSchema>;

export const accountRowSchema = z.object({
  id: whole,
  owner: addressText,
  number: whole,
  cash: amountText,
  group: whole,
  calledAt: whole,
});
export type AccountRow = z.output<typeof accountRowSchema>;

export const healthSchema = z.object({
  status: z.enum(["starting", "syncing", "ok", "behind", "wrong", "unknown"]),
  indexed: z.optional(count),
  head: z.optional(count),
  /** Of the doctor: seconds behind, what it compared, and what is not as it should be. */
  lag: z.optional(z.number()),
  events: z.optional(count),
  compared: z.optional(count),
  faults: z.optional(
    z
      .array(z.object({ kind: shortText, message: z.string().check(z.maxLength(2_000)), lasting: z.boolean() }))
      .check(z.maxLength(1_000)),
  ),
  error: z.optional(z.string().check(z.maxLength(2_000))),
});
export type IndexerHealth = z.output<typeof healthSchema>;

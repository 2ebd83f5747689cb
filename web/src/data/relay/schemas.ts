// SPDX-License-Identifier: MIT
import { z } from "zod/v4-mini";

// What a relay answers, held to its form and to what numbers can be. What does not fit is not shown and nothing is
// signed by it: a relay is a stranger.

const MAX_DIGITS = 40;
export const amount = z.pipe(
  z.string().check(z.maxLength(MAX_DIGITS, { abort: true }), z.regex(/^(0|[1-9]\d*)$/, { abort: true })),
  z.transform((text) => BigInt(text)),
);
export const signedAmount = z.pipe(
  z.string().check(z.maxLength(MAX_DIGITS, { abort: true }), z.regex(/^(0|-?[1-9]\d*)$/, { abort: true })),
  z.transform((text) => BigInt(text)),
);
/** An account id has 58 digits. */
const accountId = z.pipe(
  z.string().check(z.regex(/^\d{1,58}$/, { abort: true })),
  z.transform((text) => BigInt(text)),
);
const whole = z.number().check(z.int(), z.minimum(0));
export const hash = z.string().check(z.regex(/^0x[0-9a-f]{64}$/));
export const addressText = z.string().check(z.regex(/^0x[0-9a-fA-F]{40}$/));

/** The range of a mark (MIN_MARK to MAX_MARK of the SDK), and 2^72 of a size. */
const priceText = amount.check(
  z.refine((value) => value >= 10n ** 6n && value <= 10n ** 24n, { error: "is no possible price" }),
);
const sizeText = amount.check(z.refine((value) => value < 1n << 80n, { error: "is no possible size" }));

const level = z.tuple([priceText, sizeText]);
export const bookSchema = z.object({
  market: whole,
  sequence: whole,
  bids: z.array(level),
  asks: z.array(level),
  checksum: whole,
});
export type BookMessage = z.output<typeof bookSchema>;

export const tradeSchema = z.object({
  number: whole,
  market: whole,
  taker: hash,
  side: z.enum(["buy", "sell"]),
  fills: z.array(z.object({ maker: hash, size: sizeText, price: priceText })),
});
export type RelayTrade = z.output<typeof tradeSchema>;

export const orderSchema = z.object({
  account: accountId,
  market: whole,
  size: signedAmount,
  limit: signedAmount,
  salt: amount,
  expiry: whole,
  use: z.enum(["TAKER", "MAKER", "EITHER"]),
  reduceOnly: z.boolean(),
  maxFee: whole,
  matcher: addressText,
  trigger: signedAmount,
  triggerAbove: z.boolean(),
});

export const stateSchema = z.object({
  hash,
  number: whole,
  status: z.enum(["open", "waiting", "matched", "done", "dropped"]),
  left: sizeText,
  inFlight: sizeText,
  dropped: sizeText,
});
export const orderStateSchema = z.extend(stateSchema, { order: orderSchema });
export type OrderState = z.output<typeof orderStateSchema>;

const receiptSchema = z.object({
  page: z.object({
    page: whole,
    first: whole,
    count: whole,
    time: whole,
    previous: hash,
    root: hash,
    signature: z.string(),
  }),
  index: whole,
  path: z.array(hash),
});
export const postedSchema = z.extend(stateSchema, { receipt: z.optional(receiptSchema) });
export type Posted = z.output<typeof postedSchema>;

export const infoSchema = z.object({
  chainId: whole,
  clearinghouse: addressText,
  relay: addressText,
  submitters: z.array(addressText),
  bond: z.optional(addressText),
  markets: z.array(whole),
});
export const healthSchema = z.object({
  ok: z.boolean(),
  block: z.optional(whole),
  lookedSecondsAgo: z.optional(whole),
});
export const errorSchema = z.object({
  error: z.string().check(z.maxLength(80)),
  message: z.string().check(z.maxLength(600)),
});

export const messageSchema = z.discriminatedUnion("type", [
  z.object({ type: z.literal("book"), channel: z.string(), data: bookSchema }),
  z.object({ type: z.literal("delta"), channel: z.string(), data: bookSchema }),
  z.object({ type: z.literal("trade"), channel: z.string(), data: tradeSchema }),
  z.object({ type: z.literal("order"), channel: z.string(), data: orderStateSchema }),
  z.object({ type: z.literal("answer"), id: z.nullable(whole), data: z.unknown() }),
]);
export type RelayMessage = z.output<typeof messageSchema>;

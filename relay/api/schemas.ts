// SPDX-License-Identifier: MIT
import { z } from "zod/v4";
import { bytes, hash32, receiptSchema, signedOrderSchema } from "../order/wire.js";

// What requests and answers look like: read by the routes, and told by the OpenAPI document.

export const MAX_BATCH = 50;
export const batchSchema = z.array(signedOrderSchema).min(1).max(MAX_BATCH);
export const hashSchema = hash32;
export const marketSchema = z
  .string()
  .regex(/^\d{1,10}$/)
  .transform((text) => BigInt(text));
export const cancelSchema = z.strictObject({
  order: hash32.describe("hash of the order"),
  signature: bytes.describe("of Cancel(bytes32 order), by the owner or a key that the owner has listed"),
});

const amount = z.string().regex(/^\d+$/).describe("1e-9 base");
export const stateSchema = z.object({
  hash: hash32,
  number: z.number().int().describe("of the statement that gives the order its place in time"),
  status: z.enum(["open", "waiting", "matched", "done", "dropped"]),
  left: amount.describe("in the book, or waiting for its trigger"),
  inFlight: amount.describe("matched, and not mined yet"),
  dropped: amount,
});
export const postedSchema = stateSchema.extend({ receipt: receiptSchema.optional() });
export const errorSchema = z.object({
  error: z.string().describe("for programs"),
  message: z.string().describe("for people: what was wrong, what to do"),
});
const level = z.tuple([z.string().describe("price, 1e-18"), z.string().describe("size, 1e-9 base; 0: gone")]);
export const bookSchema = z.object({
  market: z.number().int(),
  sequence: z.number().int().describe("of the last delta"),
  bids: z.array(level).describe("best first"),
  asks: z.array(level).describe("best first"),
  checksum: z.number().int().describe("CRC-32 of price:size of the 25 best bids and asks, joined by commas"),
});
export const tradeSchema = z.object({
  number: z.number().int(),
  market: z.number().int(),
  taker: hash32,
  side: z.enum(["buy", "sell"]),
  fills: z.array(z.object({ maker: hash32, size: amount, price: z.string() })),
});
export { signedOrderSchema };

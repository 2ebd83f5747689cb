// SPDX-License-Identifier: MIT
import { z } from "zod/v4";
import { REASON } from "../journal/statement.js";
import { address, bytes, hash32, receiptSchema, signedOrderSchema } from "../order/wire.js";

// What requests and answers look like: read by the routes, and told by the OpenAPI document.

export const MAX_BATCH = 100;
export const batchSchema = z.array(signedOrderSchema).min(1).max(MAX_BATCH);
export const hashSchema = hash32;
/** Legs of a package. */
export const MAX_LEGS = 4;
export const packageSchema = z.strictObject({
  legs: z.array(signedOrderSchema).min(2).max(MAX_LEGS).describe("TAKER orders of one account in series of one group"),
  net: z
    .string()
    .regex(/^(0|-?[1-9]\d{0,38})$/)
    .transform(BigInt)
    .optional()
    .describe("what all legs pay at most, 1e-9 quote; negative: the least that they receive"),
});
export const cancelSchema = z.strictObject({
  order: hash32.describe("hash of the order"),
  signature: bytes.describe("of Cancel(bytes32 order), by the owner or a key that the owner has listed"),
});

const amount = z.string().regex(/^\d+$/).describe("1e-9 base");
const whole = (digits: number) =>
  z
    .string()
    .regex(new RegExp(`^\\d{1,${digits}}$`))
    .transform(BigInt);
export const cancelBelowSchema = z.strictObject({
  account: whole(58).describe("id of the account"),
  below: whole(15).describe("all orders of a lower sequence, in every lane"),
  signature: bytes.describe("of CancelBelow(uint192 account,uint64 below), by the owner or a key that he has listed"),
});
export const cancelsSchema = z.array(cancelSchema).min(1).max(MAX_BATCH);
const name = z.string().optional().describe("of the series, where markets have names: ETH-25DEC26-4000-C");
export const stateSchema = z.object({
  hash: hash32,
  number: z.number().int().describe("of the statement that gives the order its place in time"),
  status: z.enum(["open", "waiting", "matched", "done", "dropped"]),
  left: amount.describe("in the book, or waiting for its trigger"),
  inFlight: amount.describe("matched, and not mined yet"),
  dropped: amount,
  reason: z.enum(Object.keys(REASON)).nullable().describe("why something of it was dropped last; null: nothing was"),
});
export const shownOrderSchema = z.object({
  account: z.string(),
  market: z.number().int(),
  size: z.string(),
  limit: z.string(),
  salt: z.string(),
  expiry: z.number().int(),
  use: z.enum(["TAKER", "MAKER", "EITHER"]),
  reduceOnly: z.boolean(),
  maxFee: z.number().int(),
  matcher: address,
  trigger: z.string(),
  triggerAbove: z.boolean(),
});
export const orderStateSchema = stateSchema.extend({ name, order: shownOrderSchema });
export const cancelledSchema = orderStateSchema.extend({
  receipt: receiptSchema.optional().describe("of the drop; none when nothing was left"),
});
/** Of the book, with what it takes to fill it. */
export const bookOrderSchema = orderStateSchema.extend({ signer: address, signature: bytes });
/** As a keeper's file of orders has it. */
export const makerSchema = z.object({
  order: shownOrderSchema.extend({ use: z.number().int().describe("0 TAKER, 1 MAKER, 2 EITHER") }),
  signer: address,
  signature: bytes,
  byContract: z.boolean().optional(),
});
export const pageSchema = z.object({
  page: z.number().int(),
  first: z.number().int().describe("number of its first statement"),
  count: z.number().int(),
  time: z.number().int().describe("the chain's clock, Unix seconds"),
  previous: hash32,
  root: hash32,
  signature: bytes,
  statements: z.array(z.looseObject({ kind: z.enum(["accepted", "dropped", "matched", "restored"]), order: hash32 })),
});
export const postedSchema = stateSchema.extend({ receipt: receiptSchema.optional() });
export const errorSchema = z.object({
  error: z.string().describe("for programs"),
  message: z.string().describe("for people: what was wrong, what to do"),
});
const level = z.tuple([z.string().describe("price, 1e-18"), z.string().describe("size, 1e-9 base; 0: gone")]);
export const bookSchema = z.object({
  market: z.number().int(),
  name,
  sequence: z.number().int().describe("of the last delta"),
  bids: z.array(level).describe("best first"),
  asks: z.array(level).describe("best first"),
  checksum: z.number().int().describe("CRC-32 of price:size of the 25 best bids and asks, joined by commas"),
});
export const tradeSchema = z.object({
  number: z.number().int().describe("of the statement"),
  time: z.number().int().describe("the chain's clock, Unix seconds"),
  market: z.number().int(),
  name,
  taker: hash32,
  side: z.enum(["buy", "sell"]),
  fills: z.array(z.object({ maker: hash32, size: amount, price: z.string() })),
});
const ppm = z.number().int().describe("ppm");
export const marketInfoSchema = z.object({
  market: z.number().int(),
  group: z.number().int(),
  mark: z.string().nullable().describe("1e-18 quote per base; null: there is no fresh price"),
  trades: z.boolean().describe("open, with a fresh price, and its group neither locked nor settling"),
  makerFee: ppm,
  takerFee: ppm,
  initialMargin: ppm.optional().describe("ppm; none: margin is by scenarios, of the account as a whole"),
  priceBand: ppm.describe("how far from the mark a fill may be, ppm of it; of a series, of its forward"),
  minNotional: z.string().describe("1e-9 quote"),
  name,
  type: z.enum(["perpetual", "future", "call", "put"]).optional().describe("of a series"),
  expiry: z.number().int().optional().describe("Unix time; an order for it may not live longer"),
  strike: z.string().optional().describe("1e-18 quote per base"),
  forward: z.string().optional().describe("1e-18 quote per base: what the price band is a share of"),
});
export const infoSchema = z.object({
  chainId: z.number().int(),
  clearinghouse: address,
  relay: address.describe("the key that signs pages"),
  submitters: z.array(address).describe("keys that submit; an order may name the first as its matcher"),
  bond: address.optional(),
  head: z.object({ page: z.number(), next: z.number(), hash: hash32, time: z.number() }).describe("of the journal"),
  markets: z.array(z.number().int()).describe("with a book"),
});
export { signedOrderSchema };

// SPDX-License-Identifier: MIT
import { z } from "zod/v4";
import type { Address } from "../../sdk/order.js";
import type { Hex } from "../../sdk/orderHash.js";
import { REASON, STAND, type Reason, type Stand, type Statement } from "../journal/statement.js";
import type { FullPage, Receipt, SignedPage } from "../journal/page.js";
import { USE, type Order, type SignedOrder } from "./Order.js";

// What goes over the wire and into the database. Whole numbers above 2^53 are text.

const bits = (count: number) => {
  const limit = 1n << BigInt(count);
  const pattern = new RegExp(`^(0|[1-9]\\d{0,${String(limit).length - 1}})$`);
  return z
    .string()
    .regex(pattern, { abort: true })
    .transform((text, context) => {
      const value = BigInt(text);
      if (value >= limit) context.addIssue({ code: "custom", message: `has more than ${count} bits` });
      return value;
    });
};
const signed = (count: number) => {
  const limit = 1n << BigInt(count);
  return z
    .string()
    .regex(/^(0|-?[1-9]\d{0,77})$/, { abort: true })
    .transform((text, context) => {
      const value = BigInt(text);
      if (value >= limit || value <= -limit) context.addIssue({ code: "custom", message: `is 2^${count} or more` });
      return value;
    });
};
const whole = (max: number) => z.number().int().min(0).max(max);
export const address = z.string().regex(/^0x[0-9a-fA-F]{40}$/) as unknown as z.ZodType<Address>;
export const hash32 = z.string().regex(/^0x[0-9a-f]{64}$/) as unknown as z.ZodType<Hex>;
export const bytes = z
  .string()
  .regex(/^0x([0-9a-fA-F]{2})*$/)
  .max(2 + 2 * 4_096) as unknown as z.ZodType<Hex>;

const USES = ["TAKER", "MAKER", "EITHER"] as const;

export const orderSchema = z
  .strictObject({
    account: bits(192).describe("owner << 32 | number"),
    market: whole(2 ** 32 - 1),
    size: signed(72).describe("1e-9 base, negative sells"),
    limit: signed(127).describe("1e-18 quote per base"),
    salt: bits(64).describe("sequence << 16 | lane"),
    expiry: whole(2 ** 40 - 1).describe("last second of validity, Unix time"),
    use: z.enum(USES),
    reduceOnly: z.boolean().default(false),
    maxFee: whole(2 ** 24 - 1).describe("ppm of notional"),
    matcher: address.default("0x0000000000000000000000000000000000000000"),
    trigger: signed(127).prefault("0").describe("1e-18 quote per base; 0: none"),
    triggerAbove: z.boolean().default(false),
  })
  .transform((given): Order => ({
    ...given,
    market: BigInt(given.market),
    expiry: BigInt(given.expiry),
    maxFee: BigInt(given.maxFee),
    matcher: given.matcher.toLowerCase() as Address,
    use: USE[given.use],
  }));

export const signedOrderSchema = z.strictObject({
  order: orderSchema,
  signer: address.describe("the owner, or a key or wallet that the owner has listed"),
  signature: bytes.describe("64 bytes (EIP-2098) or 65 of a key; what ERC-1271 takes of a wallet"),
  byContract: z.boolean().optional().describe("the signer is a contract wallet"),
});

export function orderToWire({ use, account, size, limit, salt, trigger, ...rest }: Order) {
  return {
    account: String(account),
    market: Number(rest.market),
    size: String(size),
    limit: String(limit),
    salt: String(salt),
    expiry: Number(rest.expiry),
    use: USES[Number(use)]!,
    reduceOnly: rest.reduceOnly,
    maxFee: Number(rest.maxFee),
    matcher: rest.matcher,
    trigger: String(trigger),
    triggerAbove: rest.triggerAbove,
  };
}

export function signedToWire({ order, signer, signature, byContract }: SignedOrder) {
  return { order: orderToWire(order), signer, signature, ...(byContract && { byContract }) };
}

/** From the database, where it was checked before. */
export function signedFromWire(value: unknown): SignedOrder {
  return signedOrderSchema.parse(value) as SignedOrder;
}

// ------------------------------------------------------------------ statements and pages

const STANDS = ["book", "parked", "taker"] as const;
const REASONS = Object.fromEntries(Object.entries(REASON).map(([name, value]) => [value, name])) as Record<
  Reason,
  keyof typeof REASON
>;

export function reasonName(reason: Reason): string {
  return REASONS[reason];
}

export function standName(stand: Stand): string {
  return STANDS[stand];
}

export type WireStatement = ReturnType<typeof statementToWire>;

export function statementToWire(statement: Statement) {
  const { kind, order } = statement;
  switch (statement.kind) {
    case "accepted":
      return { kind, order, size: String(statement.size), stand: standName(statement.stand) };
    case "dropped":
      return { kind, order, size: String(statement.size), reason: reasonName(statement.reason) };
    case "restored":
      return { kind, order, size: String(statement.size), of: statement.of };
    case "matched": {
      const fills = statement.fills.map((fill) => ({
        order: fill.order,
        size: String(fill.size),
        price: String(fill.price),
      }));
      return { kind, order, fills };
    }
  }
}

const natural = bits(80);
const statementSchema = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("accepted"), order: hash32, size: natural, stand: z.enum(STANDS) }),
  z.object({ kind: z.literal("dropped"), order: hash32, size: natural, reason: z.enum(Object.keys(REASON)) }),
  z.object({ kind: z.literal("restored"), order: hash32, size: natural, of: whole(Number.MAX_SAFE_INTEGER) }),
  z.object({
    kind: z.literal("matched"),
    order: hash32,
    fills: z.array(z.object({ order: hash32, size: natural, price: signed(127) })),
  }),
]);

export function statementFromWire(value: unknown): Statement {
  const given = statementSchema.parse(value);
  if (given.kind === "accepted") {
    return { ...given, stand: STAND[given.stand.toUpperCase() as keyof typeof STAND] } as Statement;
  }
  if (given.kind === "dropped") return { ...given, reason: REASON[given.reason as keyof typeof REASON] } as Statement;
  return given as Statement;
}

const count = whole(Number.MAX_SAFE_INTEGER);
export const signedPageSchema = z.object({
  page: count,
  first: count,
  count,
  time: count,
  previous: hash32,
  root: hash32,
  signature: bytes,
}) as unknown as z.ZodType<SignedPage>;

export const receiptSchema = z.object({
  page: signedPageSchema,
  index: count,
  path: z.array(hash32),
}) as unknown as z.ZodType<Receipt>;

export function pageToWire({ statements, ...page }: FullPage) {
  return { ...page, statements: statements.map(statementToWire) };
}

export function pageFromWire(value: unknown): FullPage {
  const page = signedPageSchema.parse(value);
  const { statements } = value as { statements: unknown[] };
  return { ...page, statements: statements.map(statementFromWire) };
}

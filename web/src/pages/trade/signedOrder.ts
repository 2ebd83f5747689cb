// SPDX-License-Identifier: MIT
import { z } from "zod/v4-mini";
import { USE, type Order } from "../../../../sdk/order.js";
import type { Packable } from "../../../../sdk/packing/order.js";
import { addressText, orderSchema } from "../../data/relay/schemas";

const schema = z.object({
  order: orderSchema,
  signer: addressText,
  signature: z.string().check(z.maxLength(10_000), z.regex(/^0x([0-9a-fA-F]{2})+$/)),
  byContract: z.optional(z.boolean()),
});

/** A signed order in the form in which it is posted to a relay; undefined: the text is none. */
export function signedOrderIn(text: string): Packable | undefined {
  const read = schema.safeParse(jsonIn(text));
  if (!read.success) return undefined;
  const { order, signer, signature, byContract } = read.data;
  const { use, ...rest } = order;
  const numbers = { market: BigInt(order.market), expiry: BigInt(order.expiry), maxFee: BigInt(order.maxFee) };
  const made = { ...rest, ...numbers, use: USE[use] } as unknown as Order;
  return { order: made, signer, signature, ...(byContract !== undefined && { byContract }) };
}

function jsonIn(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

// SPDX-License-Identifier: MIT
import { existsSync, readFileSync, statSync } from "node:fs";
import { z } from "zod";
import { buildOrder } from "../../sdk/order.js";
import { packOrder } from "../../sdk/packing/order.js";
import { addressOf } from "../../sdk/range.js";
import { ConfigUnreadable } from "../config/errors.js";
import type { SignedOrder } from "../plan/Snapshot.js";

// A number in JSON has lost digits above 2^53: large ones are text.
const integer = z.union([z.number().int().safe(), z.string().regex(/^-?\d+$/)]).transform((value) => BigInt(value));
const address = z.string().regex(/^0x[0-9a-fA-F]{40}$/);

const schema = z.array(
  z.object({
    signer: address,
    signature: z.string().regex(/^0x([0-9a-fA-F]{2})*$/),
    byContract: z.boolean().default(false),
    order: z.object({
      account: integer,
      market: integer,
      size: integer,
      limit: integer,
      salt: integer,
      expiry: integer,
      use: integer,
      reduceOnly: z.boolean().default(false),
      maxFee: integer.optional(),
      matcher: address.optional(),
      trigger: integer.optional(),
      triggerAbove: z.boolean().optional(),
    }),
  }),
);

/** Milliseconds for a relay's answer: a look does not wait longer for it. */
const PATIENCE = 2_000;

export function isUrl(source: string | undefined): source is string {
  return source !== undefined && /^https?:/.test(source);
}

/**
 * Signed maker orders: from a file, read again when it has changed, or from a relay at a URL, asked at each look. Its
 * writer answers for the signatures; an order that is not good is found by the simulation.
 */
export function ordersFrom(source: string | undefined): () => Promise<readonly SignedOrder[]> {
  return isUrl(source) ? () => fromRelay(source) : fromFile(source);
}

async function fromRelay(url: string): Promise<SignedOrder[]> {
  const path = new URL("/v1/makers", url);
  const { host } = path; // the rest may hold a key
  let value: unknown;
  try {
    const answer = await fetch(path, { signal: AbortSignal.timeout(PATIENCE) });
    value = await answer.json();
    if (!answer.ok) throw new Error(`it answers ${answer.status}`);
  } catch (failure) {
    throw new ConfigUnreadable(`the relay at ${host}`, (failure as Error).message);
  }
  return parsed(value, `the relay at ${host}`);
}

function fromFile(file: string | undefined): () => Promise<readonly SignedOrder[]> {
  let [readAt, orders]: [number, readonly SignedOrder[]] = [-1, []];
  return async () => {
    if (file === undefined || !existsSync(file)) return [];
    const changedAt = statSync(file).mtimeMs;
    if (changedAt !== readAt) [readAt, orders] = [changedAt, read(file)];
    return orders;
  };
}

function read(file: string): SignedOrder[] {
  let value: unknown;
  try {
    value = JSON.parse(readFileSync(file, "utf8"));
  } catch (failure) {
    throw new ConfigUnreadable(file, (failure as Error).message);
  }
  return parsed(value, file);
}

function parsed(value: unknown, file: string): SignedOrder[] {
  const read = schema.safeParse(value);
  if (!read.success) {
    const [issue] = read.error.issues;
    throw new ConfigUnreadable(file, `${issue!.path.join(".")}: ${issue!.message}`);
  }
  return read.data.map(({ order, signer, ...proof }, index) => {
    const given = Object.fromEntries(Object.entries(order).filter(([, each]) => each !== undefined));
    try {
      const signed = { order: buildOrder(given as never), signer: addressOf(signer, "signer"), ...proof };
      packOrder(signed); // what cannot be packed would fail with each plan
      return signed;
    } catch (failure) {
      throw new ConfigUnreadable(file, `order ${index}: ${(failure as Error).message}`);
    }
  });
}

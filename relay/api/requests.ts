// SPDX-License-Identifier: MIT
import { z } from "zod/v4";
import { cancelBelowSchema, packageSchema } from "./schemas.js";
import { bytes, hash32, signedOrderSchema } from "../order/wire.js";

const id = z.number().int().min(0).describe("comes back with the answer");
const CHANNEL = /^((book|trades):(\d{1,10}|[A-Z0-9.]+(-[A-Z0-9.]+){1,3})|account:\d{1,58}|journal)$/;
export const channelSchema = z.string().regex(CHANNEL).describe("book:MARKET, trades:MARKET, account:ID, journal");

/** What a client sends over a WebSocket. */
export const requestSchema = z.discriminatedUnion("op", [
  z.strictObject({ op: z.literal("subscribe"), id, channel: channelSchema }),
  z.strictObject({ op: z.literal("unsubscribe"), id, channel: channelSchema }),
  z.strictObject({ op: z.literal("post"), id, order: signedOrderSchema }),
  z.strictObject({ op: z.literal("package"), id, ...packageSchema.shape }),
  z.strictObject({ op: z.literal("cancelBelow"), id, ...cancelBelowSchema.shape }),
  z.strictObject({ op: z.literal("cancel"), id, order: hash32, signature: bytes }),
]);

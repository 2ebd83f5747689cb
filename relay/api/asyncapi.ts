// SPDX-License-Identifier: MIT
import { z } from "zod/v4";
import {
  bookSchema,
  cancelledSchema,
  errorSchema,
  orderStateSchema,
  pageSchema,
  postedSchema,
  tradeSchema,
} from "./schemas.js";
import { requestSchema } from "./requests.js";

const schema = (of: z.ZodType, io: "input" | "output" = "output") => z.toJSONSchema(of, { io, unrepresentable: "any" });
const event = (type: string, data: z.ZodType) => z.object({ type: z.literal(type), channel: z.string(), data });

/** What the relay sends over a WebSocket, by type. */
export const EVENTS = {
  book: event("book", bookSchema).describe(
    "the whole book once, right after the subscription; pass over deltas up to its sequence",
  ),
  delta: event("delta", bookSchema).describe("levels that changed; sequences follow on each other"),
  trade: event("trade", tradeSchema),
  order: event("order", orderStateSchema).describe("an order of the account changed"),
  page: event("page", pageSchema).describe("a signed page of the journal with its statements"),
  answer: z
    .object({
      type: z.literal("answer"),
      id: z.number().int().nullable().describe("null: the request had none"),
      data: z.union([
        postedSchema,
        z.object({ legs: z.array(postedSchema) }).describe("of a package"),
        cancelledSchema,
        z.object({ cancelled: z.array(cancelledSchema) }).describe("of all below a sequence"),
        errorSchema,
        z.object({ channel: z.string() }),
      ]),
    })
    .describe("to a request, by its id"),
};

/** The description of the WebSocket at /v1/stream (AsyncAPI 3.0). */
export function asyncApi() {
  const messages = Object.fromEntries(
    Object.entries(EVENTS).map(([name, each]) => [name, { name, payload: schema(each) }]),
  );
  return {
    asyncapi: "3.0.0",
    info: { title: "Novation relay", version: "1" },
    channels: {
      stream: {
        address: "/v1/stream",
        description:
          "A reader that is too slow is cut off with code 1013, and subscribes again. Channels: book:MARKET, " +
          "trades:MARKET, account:ID, journal. A market is named by its number, or a series by its name.",
        messages: { ...messages, request: { name: "request", payload: schema(requestSchema, "input") } },
      },
    },
    operations: {
      receive: { action: "receive", channel: { $ref: "#/channels/stream" } },
      send: { action: "send", channel: { $ref: "#/channels/stream" } },
    },
  };
}

// SPDX-License-Identifier: MIT
import { z } from "zod/v4";
import {
  batchSchema,
  bookOrderSchema,
  bookSchema,
  cancelBelowSchema,
  cancelSchema,
  cancelledSchema,
  cancelsSchema,
  errorSchema,
  infoSchema,
  makerSchema,
  marketInfoSchema,
  orderStateSchema,
  packageSchema,
  postedSchema,
  signedOrderSchema,
  tradeSchema,
} from "./schemas.js";

const input = (schema: z.ZodType) => z.toJSONSchema(schema, { io: "input", unrepresentable: "any" });
const output = (schema: z.ZodType) => z.toJSONSchema(schema, { io: "output", unrepresentable: "any" });

const ok = (description: string, schema: z.ZodType) => ({
  description,
  content: { "application/json": { schema: output(schema) } },
});
const refused = ok("Refused; the message says why and what to do.", errorSchema);
const REFUSALS = { 400: refused, 409: refused, 422: refused, 429: refused, 503: refused };
const NO_MARKET = { 400: refused, 404: refused };
const body = (schema: z.ZodType) => ({
  required: true,
  content: { "application/json": { schema: input(schema) } },
});
const path = (name: string, description: string) => ({
  name,
  in: "path",
  required: true,
  description,
  schema: { type: "string" },
});
const query = (name: string, description: string) => ({
  name,
  in: "query",
  required: false,
  description,
  schema: { type: "integer" },
});
const market = path("market", "id of the market, or the name of a series");
const depth = query("depth", "levels of each side, or orders");
const orderState = orderStateSchema;
const cancelled = cancelledSchema;

/** The description of the HTTP interface (OpenAPI 3.1). */
export function openApi() {
  return {
    openapi: "3.1.0",
    info: {
      title: "Novation relay",
      version: "1",
      description:
        "Takes signed orders, matches them by price and time, and settles them on the clearinghouse. Every answer to an " +
        "order has a receipt: the relay's signature over its place in a public journal.",
    },
    paths: {
      "/v1/orders": {
        post: {
          summary: "Posts an order; one of a higher sequence in a lane replaces the order that lives there",
          requestBody: body(signedOrderSchema),
          responses: {
            201: ok("Accepted.", postedSchema),
            200: ok("Known before.", postedSchema),
            ...REFUSALS,
          },
        },
      },
      "/v1/orders/batch": {
        post: {
          summary: "Posts up to 100 orders, each accepted or refused by itself",
          requestBody: body(batchSchema),
          responses: { 200: ok("One answer for each.", z.array(z.union([postedSchema, errorSchema]))), ...REFUSALS },
        },
      },
      "/v1/packages": {
        post: {
          summary: "Posts 2 to 4 orders that take together: each is filled whole, or none is accepted",
          requestBody: body(packageSchema),
          responses: { 201: ok("Accepted and matched, in the order of the legs.", z.array(postedSchema)), ...REFUSALS },
        },
      },
      "/v1/orders/{hash}": {
        get: {
          summary: "How an order stands",
          parameters: [path("hash", "EIP-712 struct hash of the order")],
          responses: { 200: ok("The order.", orderState), 404: refused },
        },
      },
      "/v1/cancels": {
        post: {
          summary: "Takes an order out of the book. What is matched already stays so",
          requestBody: body(cancelSchema),
          responses: {
            200: ok("The order, and the receipt of its drop.", cancelled),
            403: refused,
            404: refused,
            ...REFUSALS,
          },
        },
      },
      "/v1/cancels/batch": {
        post: {
          summary: "Up to 100 cancellations, each done or refused by itself",
          requestBody: body(cancelsSchema),
          responses: { 200: ok("One answer for each.", z.array(z.union([cancelled, errorSchema]))), ...REFUSALS },
        },
      },
      "/v1/cancels/below": {
        post: {
          summary: "Takes all orders of an account out of the book whose sequence is below one",
          requestBody: body(cancelBelowSchema),
          responses: {
            200: ok("What was left of, each with the receipt of its drop.", z.array(cancelled)),
            403: refused,
            ...REFUSALS,
          },
        },
      },
      "/v1/accounts/{account}/orders": {
        get: {
          summary: "The orders of an account",
          parameters: [path("account", "id of the account")],
          responses: { 200: ok("By number.", z.array(orderState)) },
        },
      },
      "/v1/markets": {
        get: { summary: "What is listed", responses: { 200: ok("As of the head.", z.array(marketInfoSchema)) } },
      },
      "/v1/markets/{market}/book": {
        get: {
          summary: "The book, by price",
          parameters: [market, depth],
          responses: { 200: ok("As of a delta's sequence.", bookSchema), ...NO_MARKET },
        },
      },
      "/v1/markets/{market}/orders": {
        get: {
          summary: "The book, order by order, with signatures: for keepers and whoever wants to fill them",
          parameters: [market, depth],
          responses: {
            200: ok("Best first.", z.object({ bids: z.array(bookOrderSchema), asks: z.array(bookOrderSchema) })),
            ...NO_MARKET,
          },
        },
      },
      "/v1/makers": {
        get: {
          summary: "The best orders of all markets that anybody may fill: what a keeper takes with --orders URL",
          parameters: [depth],
          responses: { 200: ok("Signed orders; `use` is a number.", z.array(makerSchema)) },
        },
      },
      "/v1/markets/{market}/trades": {
        get: {
          summary: "The latest matches",
          parameters: [market, query("count", "at most 500")],
          responses: { 200: ok("Latest first.", z.array(tradeSchema)), ...NO_MARKET },
        },
      },
      "/v1/journal": {
        get: {
          summary: "Signed pages with their statements and the orders that they accept, one a line",
          parameters: [query("from", "first page, from 1 on"), query("count", "at most 500")],
          responses: { 200: { description: "Lines of JSON.", content: { "application/x-ndjson": {} } } },
        },
      },
      "/v1/info": {
        get: { summary: "Chain, contracts and keys", responses: { 200: ok("Of this relay.", infoSchema) } },
      },
      "/openapi.json": { get: { summary: "This document", responses: { 200: { description: "OpenAPI 3.1." } } } },
      "/asyncapi.json": {
        get: { summary: "The WebSocket's document", responses: { 200: { description: "AsyncAPI 3.0." } } },
      },
      "/health": {
        get: {
          summary: "Does the relay work?",
          responses: { 200: { description: "It does." }, 503: { description: "It says what is wrong." } },
        },
      },
      "/metrics": { get: { summary: "For Prometheus", responses: { 200: { description: "Text." } } } },
    },
  };
}

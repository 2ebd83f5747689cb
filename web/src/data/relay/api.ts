// SPDX-License-Identifier: MIT
import { z } from "zod/v4-mini";
import { ask } from "../ask";
import {
  bookSchema,
  errorSchema,
  healthSchema,
  infoSchema,
  orderStateSchema,
  postedSchema,
  stateSchema,
  tradeSchema,
} from "./schemas";

const service = "relay" as const;
const MOST = 500;

/** The relay's HTTP interface, as far as the page asks it. Every answer is checked. */
export const relayApi = {
  info: (url: string) => ask({ service, url: `${url}/v1/info`, schema: infoSchema }),
  health: (url: string) => ask({ service, url: `${url}/health`, schema: healthSchema }),
  book: (url: string, market: bigint, depth = 50) =>
    ask({ service, url: `${url}/v1/markets/${market}/book?depth=${depth}`, schema: bookSchema }),
  trades: (url: string, market: bigint, count = 50) =>
    ask({
      service,
      url: `${url}/v1/markets/${market}/trades?count=${count}`,
      schema: z.array(tradeSchema).check(z.maxLength(MOST)),
    }),
  orders: (url: string, account: bigint) =>
    ask({ service, url: `${url}/v1/accounts/${account}/orders`, schema: z.array(orderStateSchema) }),
  order: (url: string, hash: string) =>
    ask({ service, url: `${url}/v1/orders/${hash}`, schema: orderStateSchema, refusal: errorSchema }),
  post: (url: string, body: unknown) =>
    ask({ service, url: `${url}/v1/orders`, schema: postedSchema, refusal: errorSchema, body }),
  /** Orders that trade together or not at all: answered in their order. */
  pack: (url: string, legs: readonly unknown[]) =>
    ask({ service, url: `${url}/v1/packages`, schema: z.array(postedSchema), refusal: errorSchema, body: { legs } }),
  cancel: (url: string, order: string, signature: string) =>
    ask({
      service,
      url: `${url}/v1/cancels`,
      schema: stateSchema,
      refusal: errorSchema,
      body: { order, signature },
    }),
};

// SPDX-License-Identifier: MIT
import { z } from "zod/v4-mini";
import { ask } from "../ask";
import { accountRowSchema, candleSchema, fillSchema, lifecycleSchema } from "./schemas";

const service = "indexer" as const;

/** Any route of the indexer with the form of its answer: a page's own routes go through this. */
export function askIndexer<S extends z.ZodMiniType>(url: string, path: string, schema: S): Promise<z.output<S>> {
  return ask({ service, url: `${url}${path}`, schema });
}

export type CandleKind = "mark" | "trade";

/** Routes that several pages ask. */
export const indexerApi = {
  candles: (url: string, market: bigint, kind: CandleKind, seconds: number, limit = 500) =>
    askIndexer(
      url,
      `/v1/markets/${market}/candles?kind=${kind}&seconds=${seconds}&limit=${limit}`,
      z.array(candleSchema),
    ),
  trades: (url: string, market: bigint, limit = 100) =>
    askIndexer(url, `/v1/markets/${market}/trades?limit=${limit}`, z.array(fillSchema)),
  accountsOf: (url: string, owner: string) =>
    askIndexer(url, `/v1/owners/${owner.toLowerCase()}/accounts`, z.array(accountRowSchema)),
  lifecycles: (url: string, account: bigint, limit = 100) =>
    askIndexer(url, `/v1/accounts/${account}/positions?limit=${limit}`, z.array(lifecycleSchema)),
  fillsOf: (url: string, account: bigint, limit = 200) =>
    askIndexer(url, `/v1/accounts/${account}/fills?limit=${limit}`, z.array(fillSchema)),
};

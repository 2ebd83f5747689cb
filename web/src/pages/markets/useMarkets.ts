// SPDX-License-Identifier: MIT
import { useQuery } from "@tanstack/react-query";
import { z } from "zod/v4-mini";
import type { DeployedMarket } from "../../../../sdk/deployment.js";
import { chainlinkPriceSourceAbi } from "../../../../sdk/abis/chainlinkPriceSource.js";
import { dataStreamsPriceSourceAbi } from "../../../../sdk/abis/dataStreamsPriceSource.js";
import type { Reader } from "../../chain/reader";
import { useHere } from "../../chain/useHere";
import { feedAbi } from "../../data/feedAbi";
import { askIndexer } from "../../data/indexer/api";
import { amountText, priceText, time, whole } from "../../data/indexer/schemas";
import { readMarket, useChain, type MarketView } from "../../data/lens";

export interface MarketRow {
  readonly market: DeployedMarket;
  readonly view: MarketView;
}

/** All markets of the deployment, as the lens has them. */
export function useMarkets() {
  const { deployment } = useHere();
  return useChain(["markets"], ({ client, here }) =>
    Promise.all(
      deployment.markets.map(async (market): Promise<MarketRow> => ({
        market,
        view: await readMarket(client, here, market.id),
      })),
    ),
  );
}

/**
 * When a market's feed answered last, and after how long that is stale. Of pulled prices: of when the price is that
 * somebody brought last. A source of another kind tells neither.
 */
export function useFeed({ id, feed, stream }: DeployedMarket, source: `0x${string}` | undefined) {
  return useChain(
    ["feed", String(id), source ?? ""],
    async ({ client }) => {
      const ofSource = { address: source!, abi: chainlinkPriceSourceAbi } as const;
      if (stream !== undefined) {
        const pulled = await readPulled(client, source!);
        if (pulled !== undefined) return pulled;
      }
      const at = await client.readContract({ ...ofSource, functionName: "feed" }).catch(() => feed);
      const [round, heartbeat] = await Promise.all([
        client.readContract({ address: at, abi: feedAbi, functionName: "latestRoundData" }),
        client.readContract({ ...ofSource, functionName: "heartbeat" }).catch(() => undefined),
      ]);
      return { feed: at, updatedAt: round[3], heartbeat: heartbeat === undefined ? undefined : BigInt(heartbeat) };
    },
    source !== undefined,
  );
}

/** Undefined: by now the source is of another kind. */
async function readPulled(client: Reader, source: `0x${string}`) {
  const ofSource = { address: source, abi: dataStreamsPriceSourceAbi } as const;
  const newest = await client.readContract({ ...ofSource, functionName: "newest" }).catch(() => undefined);
  if (newest === undefined) return undefined;
  const heartbeat = await client.readContract({ ...ofSource, functionName: "heartbeat" });
  return { feed: source, updatedAt: BigInt(newest.pricedAt), heartbeat };
}

/** Intervals of what is shown, by the indexer's own (`INTERVALS`). */
export const RANGES = {
  day: { seconds: 300, limit: 288 },
  week: { seconds: 3_600, limit: 168 },
  months: { seconds: 14_400, limit: 540 },
} as const;
export type Range = keyof typeof RANGES;

const MOST = 5_000;
const mark = z.nullable(priceText);
const fundingSchema = z.array(z.object({ time, funding: whole, rate: amountOfRate(), mark })).check(z.maxLength(MOST));
const interestSchema = z.array(z.object({ time, openInterest: amountText, mark })).check(z.maxLength(MOST));

/** A rate is below the highest mark a second. */
function amountOfRate() {
  return whole.check(
    z.refine((rate) => rate <= 10n ** 24n && rate >= -(10n ** 24n), { error: "is no possible funding rate" }),
  );
}

export function useFundingHistory(market: bigint, range: Range) {
  return useSeries("funding", market, range, fundingSchema);
}

export function useInterestHistory(market: bigint, range: Range) {
  return useSeries("open-interest", market, range, interestSchema);
}

function useSeries<S extends z.ZodMiniType>(series: string, market: bigint, range: Range, schema: S) {
  const { services } = useHere();
  const { seconds, limit } = RANGES[range];
  return useQuery({
    queryKey: ["indexer", series, String(market), range],
    refetchInterval: 10_000,
    retry: false,
    queryFn: () =>
      askIndexer(services.indexer, `/v1/markets/${market}/${series}?seconds=${seconds}&limit=${limit}`, schema),
  });
}

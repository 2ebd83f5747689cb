// SPDX-License-Identifier: MIT
import { useQuery } from "@tanstack/react-query";
import { createContext, useCallback, useContext, useEffect, useSyncExternalStore } from "react";
import { useHere } from "../chain/useHere";
import { ask } from "./ask";
import { healthSchema as indexerHealth } from "./indexer/schemas";
import { relayApi } from "./relay/api";
import type { RelayStream } from "./relay/stream";
import { Absurd } from "./ask";

export const StreamContext = createContext<RelayStream | undefined>(undefined);

export function useStream(): RelayStream {
  const stream = useContext(StreamContext);
  if (stream === undefined) throw new Error("useStream is used outside of the page's frame");
  return stream;
}

/** A market's book with when it was heard. Undefined book: not in order now, and `problem` says why. */
export function useBook(market: bigint) {
  const stream = useStream();
  const subscribe = useCallback((listener: () => void) => stream.onBook(market, listener), [stream, market]);
  return useSyncExternalStore(subscribe, () => stream.book(market));
}

/** The best of the relay's bids or asks. */
export function useBest(market: bigint, side: "bids" | "asks") {
  return useBook(market).book?.[side][0];
}

/** The latest trades that the relay matched, latest first. */
export function useRelayTrades(market: bigint) {
  const stream = useStream();
  const { services } = useHere();
  const subscribe = useCallback((listener: () => void) => stream.onTrades(market, listener), [stream, market]);
  const { data } = useQuery({
    queryKey: ["relay", "trades", String(market)],
    queryFn: () => relayApi.trades(services.relay, market),
    staleTime: Infinity,
  });
  useEffect(() => {
    if (data !== undefined) stream.seed(market, data);
  }, [data, market, stream]);
  return useSyncExternalStore(subscribe, () => stream.latestTrades(market));
}

/** Whether the socket to the relay is open. */
export function useStreamState() {
  const stream = useStream();
  return useSyncExternalStore(stream.onState, () => stream.state);
}

const LOOK = 4_000;

/**
 * What the relay says of itself; an error when it is away, or of another venue: then nothing of it may be shown or
 * signed by.
 */
export function useRelayHealth() {
  const { services, deployment } = useHere();
  return useQuery({
    queryKey: ["relay", "health"],
    refetchInterval: LOOK,
    retry: false,
    queryFn: async () => {
      const [info, health] = await Promise.all([relayApi.info(services.relay), relayApi.health(services.relay)]);
      const same = info.clearinghouse.toLowerCase() === deployment.clearinghouse.toLowerCase();
      if (BigInt(info.chainId) !== deployment.chainId || !same) throw new Absurd("relay", "its chain or clearinghouse");
      return { info, health };
    },
  });
}

/** What the indexer's doctor found. */
export function useIndexerHealth() {
  const { services } = useHere();
  return useQuery({
    queryKey: ["indexer", "health"],
    refetchInterval: LOOK,
    retry: false,
    queryFn: () =>
      ask({ service: "indexer", url: `${services.indexer}/v1/health`, schema: indexerHealth, anyStatus: true }),
  });
}

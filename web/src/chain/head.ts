// SPDX-License-Identifier: MIT
import { useQuery } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { useConfig } from "wagmi";
import { useHere } from "./useHere";
import { readerOf } from "./reader";

export interface Head {
  readonly number: bigint;
  readonly hash: `0x${string}`;
  /** The chain's clock at this block, and this computer's when it was read, seconds and ms. */
  readonly time: bigint;
  readonly seenAt: number;
}

/** How old the head may be in real time before what stands on it counts as stale, ms. */
export const HEAD_STALE = 30_000;
const EVERY = 1_000;

/** The chain's latest block. `error`: the node does not answer, or is of another chain. */
export function useHead() {
  const config = useConfig();
  const { deployment } = useHere();
  return useQuery({
    queryKey: ["head"],
    refetchInterval: EVERY,
    retry: false,
    structuralSharing: (before: unknown, after: unknown) => {
      const [old, young] = [before as Head | undefined, after as Head];
      return old?.hash === young.hash ? old : young;
    },
    queryFn: async (): Promise<Head> => {
      const client = readerOf(config);
      const [chainId, block] = await Promise.all([client.getChainId(), client.getBlock()]);
      if (BigInt(chainId) !== deployment.chainId) throw new OtherChain(BigInt(chainId), deployment.chainId);
      return { number: block.number, hash: block.hash, time: block.timestamp, seenAt: Date.now() };
    },
  });
}

export class OtherChain extends Error {
  override readonly name = "OtherChain";

  constructor(
    readonly got: bigint,
    readonly wanted: bigint,
  ) {
    super(`The node is of chain ${got}, and the venue is on chain ${wanted}.`);
  }
}

/**
 * The chain's clock now, seconds: the head's time, and what passed since. Expiries and countdowns go by it, because the
 * contracts do; this computer's own clock may be wrong, and a local chain's may run elsewhere.
 */
export function useChainNow(everyMs = 1_000): bigint | undefined {
  const { data: head } = useHead();
  const [, tick] = useState(0);
  useEffect(() => {
    const timer = setInterval(() => tick((count) => count + 1), everyMs);
    return () => clearInterval(timer);
  }, [everyMs]);
  return head && chainNow(head, Date.now());
}

/** At most a minute is added: a chain that stands still has no later time. */
export function chainNow({ time, seenAt }: Pick<Head, "time" | "seenAt">, now: number): bigint {
  return time + BigInt(Math.floor(Math.min(Math.max(0, now - seenAt), 60_000) / 1_000));
}

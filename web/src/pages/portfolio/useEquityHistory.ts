// SPDX-License-Identifier: MIT
import { useQuery } from "@tanstack/react-query";
import { ContractFunctionZeroDataError, BaseError } from "viem";
import { useConfig } from "wagmi";
import { lensAbi } from "../../../../sdk/abis/lens.js";
import { useHead, type Head } from "../../chain/head";
import type { Here } from "../../chain/services";
import { useHere } from "../../chain/useHere";
import { readerOf, type Reader } from "../../chain/reader";

export interface EquityPoint {
  readonly time: number;
  readonly equity: bigint;
  readonly cash: bigint;
}

export interface EquityHistory {
  readonly points: readonly EquityPoint[];
  /** The node does not have the state of past blocks. */
  readonly pruned: boolean;
}

const POINTS = 48;
const EVERY = 15_000;

/** Of past blocks, which do not change: by account and block. */
const known = new Map<string, EquityPoint | "before" | "pruned">();

/** Equity as the lens had it at past blocks of the last `seconds`. */
export function useEquityHistory(account: bigint, seconds: bigint) {
  const config = useConfig();
  const here = useHere();
  const { data: head } = useHead();
  return useQuery({
    queryKey: ["equity", String(account), String(seconds)],
    enabled: head !== undefined,
    refetchInterval: EVERY,
    structuralSharing: false,
    queryFn: () => readEquity(readerOf(config), here, head!, account, seconds),
  });
}

async function readEquity(
  client: Reader,
  here: Here,
  head: Head,
  account: bigint,
  seconds: bigint,
): Promise<EquityHistory> {
  const lowest = BigInt(here.deployment.firstBlock);
  const start = await firstAt(client, head.time - seconds, lowest, head.number);
  const blocks = blocksBetween(start, head.number);
  const points = await Promise.all(blocks.map((block) => pointAt(client, here, account, block)));
  const read = points.filter((point) => typeof point === "object");
  const pruned = points.filter((point) => point === "pruned").length > blocks.length / 2;
  return { points: read, pruned };
}

/** Evenly between two blocks, on multiples of the step: the next look finds most of them read. */
export function blocksBetween(start: bigint, head: bigint): bigint[] {
  const step = (head - start) / BigInt(POINTS) + 1n;
  const blocks: bigint[] = [];
  for (let block = ((start + step - 1n) / step) * step; block < head; block += step) blocks.push(block);
  return [...blocks, head];
}

/** The first block at or after a time. */
async function firstAt(client: Reader, time: bigint, low: bigint, high: bigint): Promise<bigint> {
  while (low < high) {
    const middle = (low + high) / 2n;
    const { timestamp } = await client.getBlock({ blockNumber: middle });
    if (timestamp < time) low = middle + 1n;
    else high = middle;
  }
  return low;
}

async function pointAt(
  client: Reader,
  { deployment }: Here,
  account: bigint,
  blockNumber: bigint,
): Promise<EquityPoint | "before" | "pruned"> {
  const key = `${deployment.genesisHash}-${account}-${blockNumber}`;
  const found = known.get(key);
  if (found !== undefined) return found;
  const args = [deployment.clearinghouse, [account]] as const;
  const asked = { address: deployment.lens, abi: lensAbi, functionName: "accounts", args, blockNumber } as const;
  const point = await Promise.all([client.readContract(asked), client.getBlock({ blockNumber })]).then(
    ([[health], { timestamp }]) => ({ time: Number(timestamp), equity: health!.equity, cash: health!.cash }),
    (failure: unknown) => {
      const none =
        failure instanceof BaseError && failure.walk((each) => each instanceof ContractFunctionZeroDataError);
      return none ? ("before" as const) : ("pruned" as const);
    },
  );
  known.set(key, point);
  return point;
}

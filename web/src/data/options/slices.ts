// SPDX-License-Identifier: MIT
import { numberToHex, type Hex } from "viem";
import { decodeEventLog, encodeEventTopics } from "viem/utils";
import { optionEventsAbi } from "../../../../sdk/abis/optionEvents.js";
import type { Here } from "../../chain/services";
import type { Reader } from "../../chain/reader";

/** A slice of an account's positions that somebody took over. */
export interface Slice {
  readonly account: bigint;
  readonly taker: bigint;
  /** Of all positions, 1e-18. */
  readonly fraction: bigint;
  readonly keeperReward: bigint;
  readonly vaultReward: bigint;
  readonly block: bigint;
  readonly time: bigint;
  readonly tx: Hex;
}

interface RawLog {
  readonly topics: [Hex, ...Hex[]];
  readonly data: Hex;
  readonly blockNumber: Hex;
  readonly transactionHash: Hex;
}

const SLICED = optionEventsAbi.filter((entry) => entry.name === "Sliced");

/** Every slice that was taken of an account, by the chain's events; the latest first. */
export async function readSlices(client: Reader, { deployment }: Here, account: bigint): Promise<Slice[]> {
  const { clearinghouse: address, firstBlock } = deployment;
  const topics = encodeEventTopics({ abi: SLICED, eventName: "Sliced", args: { account } });
  const filter = { address, topics, fromBlock: numberToHex(firstBlock), toBlock: "latest" };
  const logs = (await client.request({ method: "eth_getLogs", params: [filter] } as never)) as RawLog[];
  const read = logs.map(async ({ topics, data, blockNumber, transactionHash: tx }): Promise<Slice> => {
    const { args } = decodeEventLog({ abi: SLICED, topics, data });
    const { timestamp: time } = await client.getBlock({ blockNumber: BigInt(blockNumber) });
    const { taker, fraction, keeperReward, vaultReward } = args;
    return { account, taker, fraction, keeperReward, vaultReward, block: BigInt(blockNumber), time, tx };
  });
  return (await Promise.all(read)).reverse();
}

// SPDX-License-Identifier: MIT
import type { Address } from "viem";
import type { Reader } from "../../chain/reader";

const ABI = [
  {
    type: "function",
    name: "latestRoundData",
    stateMutability: "view",
    inputs: [],
    outputs: [
      { name: "roundId", type: "uint80" },
      { name: "answer", type: "int256" },
      { name: "startedAt", type: "uint256" },
      { name: "updatedAt", type: "uint256" },
      { name: "answeredInRound", type: "uint80" },
    ],
  },
  {
    type: "function",
    name: "getRoundData",
    stateMutability: "view",
    inputs: [{ name: "roundId", type: "uint80" }],
    outputs: [
      { name: "roundId", type: "uint80" },
      { name: "answer", type: "int256" },
      { name: "startedAt", type: "uint256" },
      { name: "updatedAt", type: "uint256" },
      { name: "answeredInRound", type: "uint80" },
    ],
  },
] as const;

/** A phase's first round is number 1. */
const PHASE_DIGITS = 64n;

/** When the feed's latest answer was given, Unix time. */
export async function latestTime(client: Reader, feed: Address): Promise<bigint> {
  const latest = await client.readContract({ address: feed, abi: ABI, functionName: "latestRoundData" });
  return latest[3];
}

/**
 * The round that an average begins with: the last one of the feed's present phase at or before `start`, or the phase's
 * first one if there is none. Found by halving, so a feed of a million rounds is asked 20 times.
 */
export async function entryFor(client: Reader, feed: Address, start: bigint): Promise<bigint> {
  const at = { address: feed, abi: ABI } as const;
  const [top, , , topTime] = await client.readContract({ ...at, functionName: "latestRoundData" });
  const first = ((top >> PHASE_DIGITS) << PHASE_DIGITS) + 1n;
  if (topTime <= start) return top;
  const timeOf = async (round: bigint) => {
    // A number that the feed left out counts as later. What is found then may be too early, which the contracts tell.
    const found = await client.readContract({ ...at, functionName: "getRoundData", args: [round] }).catch(() => null);
    return found === null || found[3] === 0n ? undefined : found[3];
  };
  let [low, high] = [first, top];
  // Below `low` all are at or before the start, or there is none; `high` is after it.
  if (((await timeOf(first)) ?? start + 1n) > start) return first;
  while (high - low > 1n) {
    const middle = (low + high) / 2n;
    const time = await timeOf(middle);
    if (time === undefined || time > start) high = middle;
    else low = middle;
  }
  return low;
}

// SPDX-License-Identifier: MIT
import type { Address } from "viem";
import { entryOf, phaseOf, type PastRounds } from "../../../../sdk/options/entryOf.js";
import type { Reader } from "../../chain/reader";
import { feedAbi } from "../feedAbi";
import { isRevert, refusalOf } from "../../chain/refusal";

/** When the feed's latest answer was given, Unix time. */
export async function latestTime(client: Reader, feed: Address): Promise<bigint> {
  const latest = await client.readContract({ address: feed, abi: feedAbi, functionName: "latestRoundData" });
  return latest[3];
}

/** Phases that one average may go through. */
const PHASES = 8;

/**
 * The rounds that `fixPrice` has to be called with: the contract says which phase it enters and at what time, and the
 * round is found among the feed's. @param attempt Tries the call; throws its refusal, which is passed on.
 */
export async function entriesFor(
  client: Reader,
  feed: Address,
  attempt: (entries: readonly bigint[]) => Promise<void>,
): Promise<bigint[]> {
  const entries: bigint[] = [];
  for (;;) {
    try {
      await attempt(entries);
      return entries;
    } catch (failure) {
      const asked = refusalOf(failure);
      if (asked?.name !== "EntryNotNamed" || entries.length === PHASES) throw failure;
      const [phase, time] = [asked.args.phase as bigint, asked.args.time as bigint];
      if (entries.some((entry) => phaseOf(entry) === phase)) throw failure;
      entries.push(await entryOf(roundsOf(client, feed), phase, time));
    }
  }
}

/** A feed's past rounds. For one that is not there some revert, others answer zeros. */
function roundsOf(client: Reader, address: Address): PastRounds {
  const at = { address, abi: feedAbi } as const;
  return {
    latest: async () => (await client.readContract({ ...at, functionName: "latestRoundData" }))[0],
    timeOf: async (id) => {
      const asked = client.readContract({ ...at, functionName: "getRoundData", args: [id] });
      const [round, , , time] = await asked.catch((failure: unknown) => {
        if (isRevert(failure)) return [0n, 0n, 0n, 0n] as const;
        throw failure;
      });
      return round === id ? time : 0n;
    },
  };
}

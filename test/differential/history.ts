// SPDX-License-Identifier: MIT
import { id } from "ethers";
import { decodeLog, eventTable } from "../../sdk/state/decodeLog.js";
import type { VenueEvent, Place } from "../../sdk/state/events.js";
import { ICollateral__factory, IOptionClearinghouse__factory } from "../../types/ethers-contracts/index.js";

/** A question to a node. */
export type Ask = (method: string, params: unknown[]) => Promise<unknown>;

export interface Told {
  readonly event: VenueEvent;
  readonly at: Place;
}

interface RawLog {
  readonly topics: string[];
  readonly data: string;
  readonly blockNumber: string;
  readonly logIndex: string;
}

const table = eventTable([...IOptionClearinghouse__factory.abi, ...ICollateral__factory.abi], id);

/** All events of a clearinghouse so far, in order. */
export async function historyOf(ask: Ask, clearinghouse: string): Promise<Told[]> {
  const filter = { address: clearinghouse, fromBlock: "0x0", toBlock: "latest" };
  const logs = (await ask("eth_getLogs", [filter])) as RawLog[];
  const times = new Map<string, bigint>();
  const told: Told[] = [];
  for (const log of logs) {
    if (!times.has(log.blockNumber)) {
      const params = [log.blockNumber, false];
      const block = (await ask("eth_getBlockByNumber", params)) as { timestamp: string };
      times.set(log.blockNumber, BigInt(block.timestamp));
    }
    const event = decodeLog(table, log);
    if (event === undefined) continue;
    const at = { block: Number(log.blockNumber), logIndex: Number(log.logIndex) };
    told.push({ event, at: { ...at, timestamp: times.get(log.blockNumber)! } });
  }
  return told;
}

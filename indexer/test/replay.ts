// SPDX-License-Identifier: MIT
import type { Deployment } from "../../sdk/deployment.js";
import type { VenueKind } from "../../sdk/order.js";
import { apply } from "../../sdk/state/apply.js";
import { decodeLog } from "../../sdk/state/decodeLog.js";
import type { Place, VenueEvent } from "../../sdk/state/events.js";
import { createVenue, type Venue } from "../../sdk/state/Venue.js";
import { readTables } from "../src/abis";
import { OWN, indexLog, type IndexedLog } from "../src/indexer";
import { MemoryStore } from "../src/rows/MemoryStore";
import { Unit } from "../src/rows/Unit";
import type { Hex } from "../src/scene";
import { contractsOf, fixedOf } from "../src/settings";

interface RawLog {
  address: Hex;
  topics: string[];
  data: string;
  blockNumber: string;
  blockHash: Hex;
  logIndex: string;
  transactionHash: Hex;
}

/** A node, asked through ethers. */
export interface Node {
  send(method: string, params: unknown[]): Promise<unknown>;
  getBlock(number: number): Promise<{ hash: string | null } | null>;
  getNetwork(): Promise<{ chainId: bigint }>;
}

/** All logs of a venue's contracts, in order, as the node tells them. */
export async function logsOf(provider: Pick<Node, "send">, deployment: Deployment): Promise<IndexedLog[]> {
  const contracts = contractsOf(deployment);
  const filter = { address: [...contracts.keys()], fromBlock: "0x0", toBlock: "latest" };
  const raw = (await provider.send("eth_getLogs", [filter])) as RawLog[];
  const times = new Map<string, bigint>();
  const logs: IndexedLog[] = [];
  for (const log of raw) {
    let timestamp = times.get(log.blockNumber);
    if (timestamp === undefined) {
      const block = (await provider.send("eth_getBlockByNumber", [log.blockNumber, false])) as { timestamp: string };
      times.set(log.blockNumber, (timestamp = BigInt(block.timestamp)));
    }
    const { topics, data, blockHash } = log;
    const place = { block: Number(log.blockNumber), logIndex: Number(log.logIndex), blockHash, timestamp };
    const address = log.address.toLowerCase() as Hex;
    logs.push({ contract: contracts.get(address)!, address, topics, data, ...place, tx: log.transactionHash });
  }
  return logs;
}

/** The tables that logs make, in memory. */
export async function tablesOf(logs: readonly IndexedLog[], deployment: Deployment): Promise<MemoryStore> {
  const store = new MemoryStore();
  const fixed = fixedOf(deployment);
  for (const log of logs) {
    const rows = new Unit(store);
    await indexLog(rows, fixed, log);
    await rows.end();
  }
  return store;
}

/** The clearinghouse's events of the logs, as the SDK has them. */
export function historyOf(logs: readonly IndexedLog[]): { event: VenueEvent; at: Place }[] {
  const table = readTables().Clearinghouse;
  return logs.flatMap((log) => {
    const event = log.contract === "Clearinghouse" ? decodeLog(table, log) : undefined;
    const { block, logIndex, timestamp } = log;
    return event === undefined || OWN.has(event.kind) ? [] : [{ event, at: { block, logIndex, timestamp } }];
  });
}

/** The venue that the SDK rebuilds from the same logs. */
export function rebuiltOf(logs: readonly IndexedLog[], tokenDecimals: number, kind?: VenueKind): Venue {
  const venue = createVenue({ tokenDecimals, kind, reorgDepth: 0 });
  for (const { event, at } of historyOf(logs)) apply(venue, event, at);
  return venue;
}

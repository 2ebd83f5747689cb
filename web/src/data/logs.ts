// SPDX-License-Identifier: MIT
import { numberToHex, type Address, type Hex } from "viem";
import { clearinghouseEventsAbi } from "../../../sdk/abis/clearinghouseEvents.js";
import { decodeLog, eventTable } from "../../../sdk/state/decodeLog.js";
import type { Reader } from "../chain/reader";
import type { Place, VenueEvent } from "../../../sdk/state/events.js";

export interface VenueLog {
  readonly event: VenueEvent;
  readonly at: Place;
  readonly tx: Hex;
}

export interface LogsWanted {
  readonly address: Address;
  readonly from: bigint;
  readonly to: bigint;
  /** As eth_getLogs takes them. */
  readonly topics?: readonly (Hex | readonly Hex[] | null)[];
  readonly signal?: AbortSignal;
}

interface RawLog {
  readonly topics: Hex[];
  readonly data: Hex;
  readonly blockNumber: Hex;
  readonly logIndex: Hex;
  readonly transactionHash: Hex;
  readonly blockTimestamp?: Hex;
}

const FIRST_SPAN = 50_000n;
const LEAST_SPAN = 16n;

/**
 * The clearinghouse's events in blocks, page by page in the chain's order. Nodes limit what they give at once: a page
 * that is refused is asked for again in halves.
 */
export async function* venueLogs(
  client: Reader,
  { address, from, to, topics = [], signal }: LogsWanted,
): AsyncGenerator<{ readonly logs: readonly VenueLog[]; readonly done: bigint }> {
  const table = eventTable(clearinghouseEventsAbi);
  const times = new Map<Hex, bigint>();
  let span = FIRST_SPAN;
  for (let start = from; start <= to;) {
    signal?.throwIfAborted();
    const end = start + span - 1n < to ? start + span - 1n : to;
    let raw: RawLog[];
    try {
      const filter = { address, topics: [...topics], fromBlock: numberToHex(start), toBlock: numberToHex(end) };
      raw = await client.request<{ Method: "eth_getLogs"; Parameters: [typeof filter]; ReturnType: RawLog[] }>({
        method: "eth_getLogs",
        params: [filter],
      });
    } catch (failure) {
      if (span <= LEAST_SPAN) throw failure;
      span /= 2n;
      continue;
    }
    const logs: VenueLog[] = [];
    for (const log of raw) {
      const event = decodeLog(table, log);
      if (event === undefined) continue;
      const timestamp = log.blockTimestamp ? BigInt(log.blockTimestamp) : await timeOf(client, log.blockNumber, times);
      const at = { block: Number(log.blockNumber), logIndex: Number(log.logIndex), timestamp };
      logs.push({ event, at, tx: log.transactionHash });
    }
    logs.sort((a, b) => a.at.block - b.at.block || a.at.logIndex - b.at.logIndex);
    yield { logs, done: end };
    start = end + 1n;
  }
}

/** Of nodes that do not tell it with the log. */
async function timeOf(client: Reader, block: Hex, known: Map<Hex, bigint>): Promise<bigint> {
  const before = known.get(block);
  if (before !== undefined) return before;
  const { timestamp } = await client.getBlock({ blockNumber: BigInt(block) });
  known.set(block, timestamp);
  return timestamp;
}

/** All of them. */
export async function allVenueLogs(client: Reader, wanted: LogsWanted): Promise<VenueLog[]> {
  const all: VenueLog[] = [];
  for await (const { logs } of venueLogs(client, wanted)) all.push(...logs);
  return all;
}

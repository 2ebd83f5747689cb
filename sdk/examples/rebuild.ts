// SPDX-License-Identifier: MIT
import { apply, createVenue, decodeLog, eventTable, revertTo, type AbiEntry, type Venue, type Log } from "../index.js";

interface ChainLog extends Log {
  readonly blockNumber: number;
  readonly logIndex: number;
  readonly timestamp: bigint;
}

/** The pure way, with any library for the network: logs in, state out. `keccak256`: of ASCII text, as hex. */
export function rebuild(abi: readonly AbiEntry[], keccak256: (text: string) => string, logs: ChainLog[]): Venue {
  const table = eventTable(abi, keccak256);
  const venue = createVenue({ tokenDecimals: 6, reorgDepth: 64 });
  for (const log of logs) {
    const event = decodeLog(table, log);
    if (event === undefined) continue; // not of IClearinghouse
    apply(venue, event, { block: log.blockNumber, logIndex: log.logIndex, timestamp: log.timestamp });
  }
  // Had the chain taken back its last block:
  const last = logs.at(-1)!.blockNumber;
  revertTo(venue, last - 1);
  for (const log of logs) {
    const event = log.blockNumber < last ? undefined : decodeLog(table, log);
    if (event === undefined) continue;
    apply(venue, event, { block: log.blockNumber, logIndex: log.logIndex, timestamp: log.timestamp });
  }
  return venue;
}

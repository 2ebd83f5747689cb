// SPDX-License-Identifier: MIT
import { apply, createHouse, decodeLog, eventTable, revertTo, type AbiEntry, type House, type Log } from "../index.js";

interface ChainLog extends Log {
  readonly blockNumber: number;
  readonly logIndex: number;
  readonly timestamp: bigint;
}

/** The pure way, with any library for the network: logs in, state out. `keccak256`: of ASCII text, as hex. */
export function rebuild(abi: readonly AbiEntry[], keccak256: (text: string) => string, logs: ChainLog[]): House {
  const table = eventTable(abi, keccak256);
  const house = createHouse({ tokenDecimals: 6, reorgDepth: 64 });
  for (const log of logs) {
    const event = decodeLog(table, log);
    if (event === undefined) continue; // not of IClearinghouse
    apply(house, event, { block: log.blockNumber, logIndex: log.logIndex, timestamp: log.timestamp });
  }
  // Had the chain taken back its last block:
  const last = logs.at(-1)!.blockNumber;
  revertTo(house, last - 1);
  for (const log of logs) {
    const event = log.blockNumber < last ? undefined : decodeLog(table, log);
    if (event === undefined) continue;
    apply(house, event, { block: log.blockNumber, logIndex: log.logIndex, timestamp: log.timestamp });
  }
  return house;
}

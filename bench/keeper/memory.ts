// SPDX-License-Identifier: MIT
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { GroupScan } from "../../keeper/scan/GroupScan.js";
import { LIQUIDATABLE } from "../../keeper/scan/exact.js";
import { Crowd, MARKETS } from "./Crowd.js";
import { CALL_LEVEL, idOf } from "./run.js";

/** Accounts of a scan that is thrown away first, so that code and first pages of the heap are not counted. */
const WARM_UP = 20_000;
const TICKS = 100;

/** What a scan holds after it has ticked, bytes an account. */
export interface MemoryFigures {
  /** Of the process, as the system counts it. */
  rssPerAccount: number;
  /** Objects and arrays, as Node counts them. */
  heapPerAccount: number;
}

/** Fills and ticks a scan in a process that holds nothing else, and compares its memory with that before. */
export function memory(accounts: number): MemoryFigures {
  setFlagsFromString("--expose-gc");
  const collect = runInNewContext("gc") as () => void;
  filled(WARM_UP);
  const before = settled(collect);
  const { scan, crowd } = filled(accounts);
  for (let i = 0; i < TICKS; ++i) {
    scan.tick(crowd.tick().quotes, CALL_LEVEL);
    for (const id of scan.atRisk(LIQUIDATABLE)) scan.put(crowd.account(id));
  }
  const after = settled(collect);
  if (scan.table.size !== accounts) throw new Error(`${scan.table.size} accounts of ${accounts} are left`);
  return {
    rssPerAccount: Math.round((after.rss - before.rss) / accounts),
    heapPerAccount: Math.round((after.heap - before.heap) / accounts),
  };
}

function filled(accounts: number): { scan: GroupScan; crowd: Crowd } {
  const [scan, crowd] = [new GroupScan(MARKETS), new Crowd()];
  for (let i = 1; i <= accounts; ++i) scan.put(crowd.account(idOf(i)));
  return { scan, crowd };
}

function settled(collect: () => void): { rss: number; heap: number } {
  for (let i = 0; i < 4; ++i) collect();
  const { rss, heapUsed, arrayBuffers } = process.memoryUsage();
  return { rss, heap: heapUsed + arrayBuffers };
}

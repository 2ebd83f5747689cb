// SPDX-License-Identifier: MIT
import { performance } from "node:perf_hooks";
import { GroupScan } from "../../keeper/scan/GroupScan.js";
import { LIQUIDATABLE } from "../../keeper/scan/exact.js";
import type { FrameInput } from "../../keeper/scan/AccountInput.js";
import { tearUp } from "../../sdk/frame.js";
import { size } from "../../sdk/units.js";
import { quantile } from "../../tools/statistics.js";
import { Crowd, MARKETS, POSITIONS } from "./Crowd.js";
import { PlainScan } from "./PlainScan.js";

/** ppm of maintenance margin. */
export const CALL_LEVEL = 1_250_000n;
const WARM_UP = 50;
const UPDATES = 10_000;
const TORN_UP = 20;

/**
 * What a run found. Times are of a tick, from the quotes to the list of accounts at risk: by the clock, and by
 * the processor, which a shared machine lengthens less.
 */
export interface ScanFigures {
  bench: "keeper-scan";
  accounts: number;
  positions: number;
  ticks: number;
  medianMs: number;
  p99Ms: number;
  worstMs: number;
  cpuMeanMs: number;
  cpuP99Ms: number;
  /** What a tick leaves for afterwards: rows that go under their new deadlines. */
  tidyMedianMs: number;
  tidyP99Ms: number;
  /** The largest move of a mark in the worst tick, percent, and the accounts that it made liquidatable. */
  worstMovePercent: number;
  worstFound: number;
  baselineMs: number;
  baselineP99Ms: number;
  baselineCpuMeanMs: number;
  baselineCpuP99Ms: number;
  /** Accounts judged in a tick, on average; those that doubles could not tell, in all; found liquidatable in all. */
  looked: number;
  askedExactly: number;
  found: number;
  /** Of the processor: an account changed; and 20 nodes torn up, by one pass over all accounts. */
  updateUs: number;
  tearUpMs: number;
}

/**
 * Ticks a crowd. An account found below maintenance margin is liquidated after the tick: a new account that opens at
 * the present marks takes its place. Accounts between there and the call level stay. Every tick is held against the
 * plain scan of everybody.
 */
export function run(accounts: number, ticks: number): ScanFigures {
  const crowd = new Crowd();
  const scan = new GroupScan(MARKETS);
  const plain = new PlainScan(scan.table);
  const put = (id: bigint): void => {
    scan.put(crowd.account(id));
    plain.put(scan.table.placeOf(id)!);
  };
  for (let id = 1; id <= accounts; ++id) put(idOf(id));
  const marks = new Uint8Array(accounts);
  scan.tick(crowd.quotes(), CALL_LEVEL);

  const [times, tidying, baseline]: [Elapsed[], Elapsed[], Elapsed[]] = [[], [], []];
  let [looked, askedExactly, found] = [0, 0, 0];
  let worst = { time: 0, move: 0, found: 0 };
  for (let i = 0; i < WARM_UP + ticks; ++i) {
    const { quotes, move } = crowd.tick();
    const time = elapsed(() => scan.tick(quotes, CALL_LEVEL));
    const tidyTime = elapsed(() => scan.tidy());
    const plainTime = elapsed(() => plain.tick(quotes, CALL_LEVEL));
    hold(scan, plain, marks);
    const ids = scan.atRisk(LIQUIDATABLE);
    for (const id of ids) put(id);
    if (i < WARM_UP) continue;
    times.push(time);
    tidying.push(tidyTime);
    baseline.push(plainTime);
    looked += scan.looked;
    askedExactly += scan.askedExactly;
    found += ids.length;
    if (time.clock > worst.time) worst = { time: time.clock, move, found: ids.length };
  }

  const updated = Array.from({ length: Math.min(UPDATES, accounts) }, (_, i) => scan.table.at(i));
  const updates = elapsed(() => updated.forEach((account) => scan.put(account))).cpu;
  const torn = nodesToTear(scan, crowd);
  const tearUpMs = elapsed(() => scan.tearUp(torn)).cpu;
  for (let place = 0; place < accounts; ++place) plain.put(place);
  const { quotes } = crowd.tick();
  scan.tick(quotes, CALL_LEVEL);
  plain.tick(quotes, CALL_LEVEL);
  hold(scan, plain, marks);

  return {
    bench: "keeper-scan",
    accounts,
    positions: accounts * POSITIONS,
    ticks,
    medianMs: rounded(quantile(clock(times), 0.5)),
    p99Ms: rounded(quantile(clock(times), 0.99)),
    worstMs: rounded(quantile(clock(times), 1)),
    cpuMeanMs: mean(times),
    cpuP99Ms: rounded(quantile(cpu(times), 0.99)),
    tidyMedianMs: rounded(quantile(clock(tidying), 0.5)),
    tidyP99Ms: rounded(quantile(clock(tidying), 0.99)),
    worstMovePercent: rounded(100 * worst.move),
    worstFound: worst.found,
    baselineMs: rounded(quantile(clock(baseline), 0.5)),
    baselineP99Ms: rounded(quantile(clock(baseline), 0.99)),
    baselineCpuMeanMs: mean(baseline),
    baselineCpuP99Ms: rounded(quantile(cpu(baseline), 0.99)),
    looked: Math.round(looked / ticks),
    askedExactly,
    found,
    updateUs: rounded((1_000 * updates) / updated.length),
    tearUpMs: rounded(tearUpMs),
  };
}

/** Both scans must have found the same accounts, each at the same risk, and each once. `marks`: zeros, by place. */
function hold(scan: GroupScan, plain: PlainScan, marks: Uint8Array): void {
  const { places, risks } = plain.found();
  places.forEach((place, i) => (marks[place] = risks[i]!));
  let found = 0;
  for (const { place, risk } of scan.each()) {
    ++found;
    if (marks[place] !== risk) throw new Error(`place ${place} has risk ${marks[place]}, and ${risk} was found`);
    marks[place] = 0;
  }
  if (found !== places.length) {
    throw new Error(`the scan found ${found} accounts, looking at everybody ${places.length}`);
  }
}

/** Half of each of some nodes in which there are positions. */
function nodesToTear(scan: GroupScan, crowd: Crowd): FrameInput[] {
  const quotes = crowd.quotes();
  const torn = new Map<string, FrameInput>();
  for (let place = 0; torn.size < TORN_UP && place < scan.table.end; ++place) {
    const position = scan.table.at(place).positions[0]!;
    const { market, node } = position;
    const longs = position.shares > 0n;
    const tilde = longs ? quotes[market]!.long : quotes[market]!.short;
    const frame = tearUp(scan.table.frameOf(position), 2n ** 60n, size(2n ** 59n), tilde, longs);
    torn.set(`${market} ${longs} ${node}`, { market, longs, node, frame });
  }
  return [...torn.values()];
}

/** Account 0 of an owner: as wide as on chain, and as scattered. */
export function idOf(number: number): bigint {
  const owner = BigInt.asUintN(160, BigInt(number) * 0x9e3779b97f4a7c15f39cc0605cedc8341082276bn);
  return owner << 32n;
}

/** Milliseconds. The processor's are of the process: the kernel counts those of a thread in steps of 4 ms. */
interface Elapsed {
  clock: number;
  cpu: number;
}

function elapsed(work: () => void): Elapsed {
  const used = process.cpuUsage();
  const from = performance.now();
  work();
  const clock = performance.now() - from;
  const { user, system } = process.cpuUsage(used);
  return { clock, cpu: (user + system) / 1_000 };
}

const clock = (times: Elapsed[]) => times.map((time) => time.clock);
const cpu = (times: Elapsed[]) => times.map((time) => time.cpu);
const mean = (times: Elapsed[]) => rounded(times.reduce((sum, { cpu }) => sum + cpu, 0) / times.length);

function rounded(value: number): number {
  return Math.round(value * 1_000) / 1_000;
}

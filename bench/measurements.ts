// SPDX-License-Identifier: MIT
import type { ModeName } from "../deploy/deploy-novation.js";
import { BASE, Bench, type Measured, type Trader } from "./Bench.js";
import { INTRINSIC, calldataGas } from "./trace.js";

export interface Point {
  x: number;
  gas: number;
  /** In how many transactions, when it may be more than one. */
  calls?: number;
}

const RICH = 200_000n;
const MAKERS = 100; // a setup transaction, within EIP-7825
const STEPS = 1_200n; // a deleverage call tries, and halves while they do not fit into a transaction

/** A trade of an account against how many markets of its group it has positions in; the group has four. */
export async function tradeByMarkets(): Promise<Point[]> {
  const bench = await Bench.open([4]);
  await bench.crowd(-2, 2);
  const counter = await bench.trader("counterparty", RICH);
  const points: Point[] = [];
  for (let open = 1; open <= 4; ++open) {
    const [taker, maker] = [await bench.trader("taker", RICH), await bench.trader("maker", RICH)];
    const makers = [{ trader: maker, size: BASE, price: bench.rung(0) }];
    await bench.settle([{ taker, makers }]);
    for (let index = 1; index < open; ++index) {
      const other = [{ trader: counter, size: BASE, price: bench.rung(0) }];
      await bench.settle([{ taker, makers: other, market: bench.market(1n, BigInt(index)) }]);
    }
    await bench.pass();
    points.push({ x: open, gas: (await bench.settle([{ taker, makers }])).gas });
  }
  return points;
}

export type Hint = "exact" | "off by 8" | "none";

/** An insert behind the last but one of n nodes, where a walk from the head is longest; net of 21,000 and calldata. */
export async function insertByNodes(counts: number[]): Promise<Record<Hint, Point[]>> {
  const bench = await Bench.open();
  const list = await bench.deploy("QueueBench");
  const level = (k: number) => bench.level(bench.rung(k), true);
  const points: Record<Hint, Point[]> = { exact: [], "off by 8": [], none: [] };
  let size = 0;
  for (const count of counts) {
    for (; size < count; ++size) await bench.send(list, "enter", [level(2 * size), BASE, level(2 * size - 2)]);
    const before = 2 * size - 4;
    const hints: Record<Hint, bigint> = { exact: level(before), "off by 8": level(before - 16), none: 0n };
    for (const hint of ["exact", "off by 8", "none"] as const) {
      const args = [level(before + 1), BASE, hints[hint]];
      const { gas } = await bench.send(list, "enter", args);
      const data = list.interface.encodeFunctionData("enter", args);
      points[hint].push({ x: count, gas: gas - INTRINSIC - calldataGas(data) });
      await bench.send(list, "remove", [level(before + 1), BASE]);
    }
  }
  return points;
}

/** Opens a position of `size` at `price` for each of `shorts`, all against `whale`. */
async function sellTo(bench: Bench, whale: Trader, shorts: Trader[], size: bigint, price: (i: number) => bigint) {
  for (let from = 0; from < shorts.length; from += MAKERS) {
    const makers = shorts.slice(from, from + MAKERS).map((trader, i) => ({ trader, size, price: price(from + i) }));
    await bench.settle([{ taker: whale, makers }]);
  }
}

async function absorbAll(bench: Bench, debtors: Trader[], batch = 40): Promise<void> {
  for (let from = 0; from < debtors.length; from += batch) {
    const ids = debtors.slice(from, from + batch).map(({ id }) => id);
    await bench.send(bench.venue.clearinghouse, "absorb", [1n, ids]);
  }
}

/** Settles the lock in as many calls as it takes. */
async function deleverage(bench: Bench): Promise<number[]> {
  const { clearinghouse } = bench.venue;
  bench.wait();
  const calls: number[] = [];
  let steps = STEPS;
  while ((await clearinghouse.lockedGroups()) > 0n) {
    try {
      calls.push((await bench.send(clearinghouse, "deleverage", [1n, steps])).gas);
    } catch (error) {
      steps /= 2n;
      if (steps === 0n) throw error;
    }
  }
  return calls;
}

const sum = (numbers: number[]) => numbers.reduce((total, each) => total + each, 0);

/** A whale who defaults against shorts of `nodes` levels: all of them are torn up. Over all calls. */
export async function deleverageByNodes(mode: ModeName, nodes: number): Promise<Point> {
  const bench = await Bench.open([1], mode);
  const whale = await bench.trader("whale", 500n * BigInt(nodes));
  const shorts = await bench.traders("short", nodes, 5_000n);
  // The mark rises with the levels, within the price band and without a gap. The newest level is the new head.
  const rungs = 20;
  for (let from = 0; from < nodes; from += rungs) {
    const some = shorts.slice(from, from + rungs);
    await sellTo(bench, whale, some, BASE / 50n, (i) => bench.rung(i));
    await bench.settleMark(bench.price + BigInt(rungs) * bench.granule);
  }
  await bench.setMark(bench.price / 5n);
  await absorbAll(bench, [whale]);
  const calls = await deleverage(bench);
  return { x: nodes, gas: sum(calls), calls: calls.length };
}

/** A whale who defaults against one node of `positions` shorts. */
export async function deleverageByPositions(positions: number): Promise<Point> {
  const bench = await Bench.open();
  const size = BASE / 1_000n;
  const whale = await bench.trader("whale", BigInt(positions) * 6n + 1n);
  const shorts = await bench.traders("short", positions, 100n);
  await sellTo(bench, whale, shorts, size, () => bench.rung(0));
  await bench.pass();
  await bench.setMark((bench.price * 8n) / 10n);
  await absorbAll(bench, [whale]);
  return { x: positions, gas: sum(await deleverage(bench)) };
}

/** `count` longs who default against one short. */
export async function deleverageByAbsorbed(count: number): Promise<Point> {
  const { bench } = await gathered(count, count);
  return { x: count, gas: sum(await deleverage(bench)) };
}

/** Absorbs `count` longs of a locked group in one call. */
export async function absorbByBatch(counts: number[]): Promise<Point[]> {
  const { bench, debtors } = await gathered(sum(counts) + 1, 1);
  const points: Point[] = [];
  let from = 1;
  for (const count of counts) {
    const ids = debtors.slice(from, from + count).map(({ id }) => id);
    points.push({ x: count, gas: (await bench.send(bench.venue.clearinghouse, "absorb", [1n, ids])).gas });
    from += count;
  }
  return points;
}

/** Takes over from `count` longs below maintenance margin, each of an owner of its own, in one call. */
export async function liquidateByBatch(counts: number[]): Promise<Point[]> {
  const bench = await Bench.open();
  const winner = await bench.trader("winner", 400_000n);
  const keeper = await bench.trader("keeper", 400_000n);
  const debtors: Trader[] = [];
  for (let i = 0; i < sum(counts); ++i) debtors.push(await bench.trader("debtor", 570n));
  for (let from = 0; from < debtors.length; from += MAKERS) {
    const some = debtors.slice(from, from + MAKERS);
    const makers = some.map((trader) => ({ trader, size: BASE / 10n, price: bench.rung(0) }));
    await bench.settle([{ taker: winner, sells: true, makers }]);
  }
  const start = bench.price;
  for (const permille of [985n, 971n]) await bench.settleMark((start * permille) / 1_000n);
  await bench.settle([{ taker: keeper, makers: [{ trader: winner, size: BASE, price: bench.rung(0) }] }]);
  const points: Point[] = [];
  let from = 0;
  for (const count of counts) {
    const ids = debtors.slice(from, from + count).map(({ id }) => id);
    const args = [bench.market(), ids, keeper.number, 2n ** 70n, 0n, 0n, 2n ** 40n - 1n];
    points.push({
      x: count,
      gas: (await bench.send(bench.venue.clearinghouse, "liquidateMany", args, keeper.wallet.address)).gas,
    });
    from += count;
  }
  return points;
}

/** `count` longs below zero, of which `absorbed` are absorbed. */
async function gathered(count: number, absorbed: number): Promise<{ bench: Bench; debtors: Trader[] }> {
  const bench = await Bench.open();
  const winner = await bench.trader("winner", BigInt(count) * 200n + 1_000n);
  const debtors = await bench.traders("debtor", count, 60n);
  for (let from = 0; from < count; from += MAKERS) {
    const makers = debtors
      .slice(from, from + MAKERS)
      .map((trader) => ({ trader, size: BASE / 100n, price: bench.rung(0) }));
    await bench.settle([{ taker: winner, sells: true, makers }]);
  }
  await bench.pass();
  await bench.setMark((bench.price * 8n) / 10n);
  await absorbAll(bench, debtors.slice(0, absorbed));
  return { bench, debtors };
}

/**
 * A batch of `count` fills: of one taker, or each a match of its own. Existing positions, levels unchanged, reused
 * lanes.
 */
export async function settleByFills(counts: number[], matches: boolean): Promise<Point[]> {
  const bench = await Bench.open();
  await bench.crowd(-2, 2);
  const max = Math.max(...counts);
  const takers = await bench.traders("taker", matches ? max : 1, matches ? RICH : 10n * RICH);
  const makers = await bench.traders("maker", max, RICH);
  const batch = (count: number): Promise<Measured> => {
    const quotes = makers.slice(0, count).map((trader) => ({ trader, size: BASE, price: bench.rung(0) }));
    if (!matches) return bench.settle([{ taker: takers[0]!, makers: quotes }]);
    return bench.settle(quotes.map((quote, i) => ({ taker: takers[i]!, makers: [quote] })));
  };
  await batch(max);
  const points: Point[] = [];
  for (const count of counts) {
    await bench.pass();
    points.push({ x: count, gas: (await batch(count)).gas });
  }
  return points;
}

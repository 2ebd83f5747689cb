// SPDX-License-Identifier: MIT
import type { AccountId } from "../sdk/order.js";
import type { Trader } from "./Bench.js";
import { Crash, type Attempt } from "./Crash.js";

export const BLOCK_GAS = 30_000_000;

/** A crash that was cleared in one way. */
export interface Cleared {
  duty: "liquidations" | "absorbs";
  way: "one by one" | "in batches";
  transactions: number;
  /** Of each transaction, in order. */
  gas: number[];
  /** Accounts that are left after so many blocks. */
  left: { x: number; y: number }[];
}

/** Accounts of a batch: about two thirds of what fits into a transaction. */
const [TAKEN, ABSORBED] = [200, 150];

/** The same crash, cleared in each way from the same state. */
export async function cleared(accounts: number): Promise<Cleared[]> {
  const crash = await Crash.prepare(accounts);
  const list: Cleared[] = [];
  for (const size of [1, TAKEN]) list.push(await crash.undone(() => liquidated(crash, size)));
  for (const size of [1, ABSORBED]) list.push(await crash.undone(() => absorbed(crash, size)));
  return list;
}

/** Whole blocks of 30 million gas that hold the transactions, in order. */
export function blocksOf(gas: readonly number[]): number {
  let [blocks, left] = [0, 0];
  for (const each of gas) {
    if (each > left) [blocks, left] = [blocks + 1, BLOCK_GAS];
    left -= each;
  }
  return blocks;
}

/** The marks slide below everybody's maintenance margin; legs are taken over until nobody can be liquidated. */
async function liquidated(crash: Crash, size: number): Promise<Cleared> {
  await crash.slide();
  const list: Attempt[] = [];
  let left: readonly Trader[] = crash.debtors;
  for (let index = 0n; left.length > 0; ++index) {
    if (index === 3n) throw new Error(`${left.length} accounts have no leg left and can be liquidated`);
    const still: Trader[] = [];
    for (const part of parts(left, size)) {
      const taken = await crash.takeOver(part, index);
      const weak = await crash.stillWeak(part, index + 1n);
      list.push({ gas: taken.gas, done: part.length - weak.length });
      still.push(...weak);
    }
    left = still;
  }
  return clearedBy("liquidations", size, crash.debtors.length, list);
}

/** The marks jump below everybody's equity: the group is locked, and all are absorbed. */
async function absorbed(crash: Crash, size: number): Promise<Cleared> {
  await crash.jump();
  const list: Attempt[] = [];
  const sorted = [...crash.debtors].sort((a, b) => (a.id < b.id ? -1 : 1));
  for (const part of parts(sorted, size)) {
    const ids: AccountId[] = part.map(({ id }) => id);
    list.push({ gas: (await crash.absorb(ids)).gas, done: part.length });
  }
  return clearedBy("absorbs", size, crash.debtors.length, list);
}

function clearedBy(duty: Cleared["duty"], size: number, accounts: number, list: readonly Attempt[]): Cleared {
  const gas = list.map((each) => each.gas);
  const left: Cleared["left"] = [{ x: 0, y: accounts }];
  let rest = accounts;
  list.forEach(({ done }, i) => {
    rest -= done;
    const block = blocksOf(gas.slice(0, i + 1));
    if (left.at(-1)!.x === block) left.at(-1)!.y = rest;
    else left.push({ x: block, y: rest });
  });
  return { duty, way: size === 1 ? "one by one" : "in batches", transactions: list.length, gas, left };
}

function* parts<T>(list: readonly T[], size: number): Generator<readonly T[]> {
  for (let from = 0; from < list.length; from += size) yield list.slice(from, from + size);
}

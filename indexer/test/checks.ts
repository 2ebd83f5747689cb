// SPDX-License-Identifier: MIT
// What has to hold of the tables after any history.
import assert from "node:assert/strict";
import { venueKindOf, type Deployment } from "../../sdk/deployment.js";
import { abs } from "../../sdk/arithmetic.js";
import { verifyReceipt } from "../../sdk/receipt/verifyReceipt.js";
import { sizeOf } from "../../sdk/state/position.js";
import type { Venue } from "../../sdk/state/Venue.js";
import { differences, factsOf } from "../../test/differential/rebuilt.js";
import * as schema from "../schema";
import type { IndexedLog } from "../src/indexer";
import type { MemoryStore } from "../src/rows/MemoryStore";
import { wholeVenue } from "../src/state/whole";
import { historyOf } from "./replay";

/** INV-12: the rows of state are the venue that the SDK rebuilds from the same logs. Returns how many facts. */
export async function equalRebuilt(tables: MemoryStore, rebuilt: Venue, deployment: Deployment) {
  const { tokenDecimals } = deployment;
  const whole = await wholeVenue(async (table) => tables.all(table), tokenDecimals, venueKindOf(deployment));
  const facts = factsOf(rebuilt);
  assert.deepEqual(differences(facts, factsOf(whole)), []);
  return facts.size;
}

/** Every log of the contracts is counted, of its kind. */
export function countAll(tables: MemoryStore, logs: readonly IndexedLog[]): Map<string, number> {
  const counts = new Map(tables.all(schema.counts).map(({ id, count }) => [id, count]));
  assert.equal(
    [...counts.values()].reduce((sum, count) => sum + count, 0),
    logs.length,
  );
  const [digest] = tables.all(schema.digests);
  assert.equal(digest!.events, logs.length);
  return counts;
}

/** The changes of the ledger add up to every account's cash, line by line. Returns how many accounts. */
export function addUpToCash(tables: MemoryStore, rebuilt: Venue): number {
  const sums = new Map<bigint, bigint>();
  for (const { account, change, cash, id } of inOrder(tables.all(schema.entries))) {
    sums.set(account, (sums.get(account) ?? 0n) + change);
    assert.equal(sums.get(account), cash, `account ${account}, entry ${id}`);
  }
  for (const { id, cash } of rebuilt.accounts.values()) assert.equal(sums.get(id) ?? 0n, cash, `account ${id}`);
  return sums.size;
}

/** Receipts of locks are as the SDK recomputes them: who was absorbed, who paid what, what was torn up. */
export function equalReceipts(tables: MemoryStore, logs: readonly IndexedLog[], tokenDecimals: number): number {
  const history = historyOf(logs);
  const locks = tables.all(schema.locks);
  for (const lock of locks) {
    const { group, number } = lock;
    const receipt = verifyReceipt(history, { group: group as never, lock: BigInt(number), tokenDecimals });
    assert.deepEqual(receipt.faults, [], `lock ${lock.id}: ${lock.state}, ${lock.absorbed} absorbed`);
    const { deficit, vaultPaid, charged, shortfall } = receipt;
    if (lock.settledAt !== null) {
      assert.deepEqual(
        [lock.deficit, lock.vaultPaid, lock.charged, lock.shortfall],
        [deficit, vaultPaid, charged, shortfall],
        `lock ${lock.id}`,
      );
    }
    const defaults = inOrder(tables.all(schema.defaults).filter((each) => each.lock === lock.id));
    assert.deepEqual(
      defaults.map((each) => [each.account, each.deficit]),
      receipt.absorbed.map(({ account, owed }) => [account, owed]),
    );
    const paid = tables.all(schema.receipts).filter((each) => each.lock === lock.id);
    for (const { market, payers, tornUp } of receipt.markets) {
      const mine = paid.filter((each) => each.market === market && each.charge > 0n);
      const ours = new Map(mine.map(({ account, size, charge }) => [account, [size, charge]]));
      const owing = payers.filter(({ paid: charge }) => charge > 0n);
      const theirs = new Map(owing.map(({ account, size, paid: charge }) => [account, [size, charge]]));
      assert.deepEqual(sorted(ours), sorted(theirs), `lock ${lock.id}, market ${market}`);
      const torn = tornUp.reduce((sum, { size }) => sum + size, 0n);
      const parts = paid.filter((each) => each.market === market).reduce((sum, each) => sum + each.tornUp, 0n);
      const many = BigInt(paid.length + tornUp.length) + 1n;
      assert.ok(abs(parts - torn) <= many, `${parts} of ${torn} torn up in market ${market} of lock ${lock.id}`);
    }
  }
  return locks.length;
}

/**
 * Of every lifecycle: its cash flow is its profit less fees, funding and charges, it is open as long as the position
 * is, and what all lifecycles of an account brought is what its ledger has of positions.
 */
export function addUpToLifecycles(tables: MemoryStore, rebuilt: Venue): number {
  const lifecycles = tables.all(schema.lifecycles);
  const open = new Map<string, bigint>();
  for (const { id, profit, cashFlow, fees, funding, charges, closedAt, account, market, size } of lifecycles) {
    if (closedAt === null) open.set(`${account}-${market}`, size);
    else assert.equal(cashFlow, profit! - fees - funding - charges, `lifecycle ${id}`);
  }
  let held = 0;
  for (const { id, group, legs } of rebuilt.accounts.values()) {
    legs.forEach((leg, index) => {
      if (leg === undefined) return;
      held += 1;
      const market = rebuilt.groups.get(group)!.markets[index]!;
      const told = open.get(`${id}-${market.id}`);
      assert.ok(told !== undefined, `account ${id} holds market ${market.id}, and no lifecycle is open`);
      // Less is left where the node was torn up since.
      assert.ok(abs(sizeOf(market, leg)) <= abs(told), `account ${id}, market ${market.id}`);
    });
  }
  assert.equal(open.size, held);
  const flows = new Map<bigint, bigint>();
  const add = (account: bigint, amount: bigint) => flows.set(account, (flows.get(account) ?? 0n) + amount);
  const absorbed = new Set(lifecycles.filter(({ closedBy }) => closedBy === "ABSORPTION").map((each) => each.account));
  for (const { account, cashFlow } of lifecycles) add(account, cashFlow);
  for (const { account, kind, change } of tables.all(schema.entries)) {
    if (kind === "POSITION" || kind === "COLLECTED") add(account, -change);
  }
  // What an absorbed position was worth is no change of cash: the ledger has it as ABSORBED.
  for (const [account, left] of flows)
    if (!absorbed.has(account)) assert.equal(left, 0n, `flows of account ${account}`);
  return lifecycles.length;
}

export function inOrder<T extends { seq: number }>(rows: readonly T[]): T[] {
  return [...rows].sort((a, b) => a.seq - b.seq);
}

function sorted(map: Map<bigint, bigint[]>): [bigint, bigint[]][] {
  return [...map].sort(([a], [b]) => (a < b ? -1 : 1));
}

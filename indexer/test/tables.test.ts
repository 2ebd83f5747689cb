// SPDX-License-Identifier: MIT
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import type { Deployment } from "../../sdk/deployment.js";
import { abs } from "../../sdk/arithmetic.js";
import { verifyReceipt } from "../../sdk/receipt/verifyReceipt.js";
import { groupOf } from "../../sdk/order.js";
import { differences, factsOf } from "../../test/differential/rebuilt.js";
import type { Venue } from "../../sdk/state/Venue.js";
import * as schema from "../schema";
import { INTERVALS } from "../src/history/candles";
import type { IndexedLog } from "../src/indexer";
import type { MemoryStore } from "../src/rows/MemoryStore";
import { wholeVenue } from "../src/state/whole";
import { Story } from "./Story";
import { historyOf, logsOf, rebuiltOf, tablesOf } from "./replay";

const UNIT = 10n ** 18n;

describe("the tables that events make", { timeout: 600_000 }, () => {
  let story: Story;
  let deployment: Deployment;
  let logs: IndexedLog[];
  let tables: MemoryStore;
  let rebuilt: Venue;

  before(async () => {
    story = await Story.open();
    await story.crash();
    await story.office();
    deployment = await story.deployment();
    logs = await logsOf(story.venue.chain.provider, deployment);
    tables = await tablesOf(logs, deployment);
    rebuilt = rebuiltOf(logs, deployment.tokenDecimals);
  });
  after(() => story?.stop());

  it("hold the venue that the SDK rebuilds, fact by fact (INV-12)", async () => {
    const whole = await wholeVenue(async (table) => tables.all(table), deployment.tokenDecimals);
    const facts = factsOf(rebuilt);
    assert.ok(facts.size > 500, `${facts.size} facts`);
    assert.deepEqual(differences(facts, factsOf(whole)), []);
  });

  it("count every log, of every kind that there is a table for", () => {
    const counts = new Map(tables.all(schema.counts).map(({ id, count }) => [id, count]));
    const total = [...counts.values()].reduce((sum, count) => sum + count, 0);
    assert.equal(total, logs.length);
    for (const kind of ["MarginCalled", "Liquidated", "Locked", "Absorbed", "Charged", "NodeTornUp", "Unlocked"]) {
      assert.ok((counts.get(`Clearinghouse:${kind}`) ?? 0) > 0, `the story has no ${kind}`);
    }
    const [digest] = tables.all(schema.digests);
    assert.equal(digest!.events, logs.length);
  });

  it("have a ledger whose changes add up to every account's cash", () => {
    const sums = new Map<bigint, bigint>();
    for (const { account, change, cash } of inOrder(tables.all(schema.entries))) {
      sums.set(account, (sums.get(account) ?? 0n) + change);
      assert.equal(sums.get(account), cash, `account ${account}`);
    }
    for (const { id, cash } of rebuilt.accounts.values()) assert.equal(sums.get(id) ?? 0n, cash, `account ${id}`);
    assert.ok(sums.size > 10);
  });

  it("have receipts of locks as the SDK recomputes them: who was absorbed, who paid what, what was torn up", () => {
    const history = historyOf(logs);
    const locks = tables.all(schema.locks);
    assert.ok(locks.length >= 2);
    for (const lock of locks) {
      const { group, number } = lock;
      const receipt = verifyReceipt(history, { group: group as never, lock: BigInt(number), tokenDecimals: 6 });
      assert.deepEqual(receipt.faults, []);
      const { deficit, vaultPaid, charged, shortfall } = receipt;
      assert.deepEqual(
        [lock.deficit, lock.vaultPaid, lock.charged, lock.shortfall],
        [deficit, vaultPaid, charged, shortfall],
      );
      const defaults = tables.all(schema.defaults).filter((each) => each.lock === lock.id);
      assert.deepEqual(
        defaults.map((each) => [each.account, each.deficit]),
        receipt.absorbed.map(({ account, owed }) => [account, owed]),
      );
      const paid = tables.all(schema.receipts).filter((each) => each.lock === lock.id);
      for (const { market, payers, tornUp } of receipt.markets) {
        const mine = paid.filter((each) => each.market === market && each.charge > 0n);
        const ours = new Map(mine.map(({ account, size, charge }) => [account, [size, charge]]));
        const theirs = new Map(payers.map(({ account, size, paid: charge }) => [account, [size, charge]]));
        assert.deepEqual(sorted(ours), sorted(theirs));
        const torn = tornUp.reduce((sum, { size }) => sum + size, 0n);
        const parts = paid.filter((each) => each.market === market).reduce((sum, each) => sum + each.tornUp, 0n);
        const many = BigInt(paid.length) + 1n;
        assert.ok(abs(parts - torn) <= many, `${parts} of ${torn} torn up in market ${market}`);
      }
    }
    assert.ok(tables.all(schema.receipts).some(({ charge, tornUp }) => charge > 0n && tornUp > 0n));
  });

  it("say of a position that was closed by trades exactly the profit of its fills", () => {
    const closed = tables
      .all(schema.lifecycles)
      .filter(({ closedBy, tornUp }) => closedBy === "TRADE" && tornUp === 0n);
    const untouched = closed.filter(({ account, market }) => tradedFromFlat(account, market));
    for (const { account, market, profit, funding, charges } of untouched) {
      const flows = tables
        .all(schema.fills)
        .filter((fill) => fill.market === market && (fill.taker === account || fill.maker === account))
        .map((fill) => -(fill.taker === account ? fill.size : -fill.size) * fill.price);
      const expected = flows.reduce((sum, flow) => sum + flow, 0n) / UNIT;
      assert.ok(abs(profit! - expected) <= 5n, `account ${account}: ${profit} against ${expected}`);
      assert.ok(funding !== 0n || charges !== 0n, "neither funding nor charges were paid: nothing is shown");
    }
    assert.ok(untouched.length > 0);
    assert.ok(untouched.some(({ charges }) => charges > 0n) && untouched.some(({ funding }) => funding !== 0n));
  });

  it("say of an open position what its entry was, by its fills", () => {
    let compared = 0;
    for (const lifecycle of tables.all(schema.lifecycles)) {
      if (lifecycle.closedAt !== null) continue;
      const own = tables
        .all(schema.fills)
        .filter(({ market, taker, maker }) => market === lifecycle.market && [taker, maker].includes(lifecycle.account))
        .map((fill) => ({ size: fill.taker === lifecycle.account ? fill.size : -fill.size, price: fill.price }));
      if (!own.every(({ size }) => size > 0n === lifecycle.isLong)) continue; // only what was never reduced
      const [size, cost] = own.reduce(([s, c], fill) => [s + fill.size, c + fill.size * fill.price], [0n, 0n]);
      assert.ok(abs(lifecycle.entry - cost / size) < UNIT / 1_000n, `${lifecycle.entry} against ${cost / size}`);
      compared += 1;
    }
    assert.ok(compared > 2, `${compared} compared`);
  });

  it("tell of every lifecycle that its cash flow is its profit less fees, funding and charges", () => {
    for (const { profit, cashFlow, fees, funding, charges, closedAt } of tables.all(schema.lifecycles)) {
      if (closedAt !== null) assert.equal(cashFlow, profit! - fees - funding - charges);
    }
    const endings = new Set(tables.all(schema.lifecycles).map(({ closedBy }) => closedBy));
    assert.ok(endings.has("ABSORPTION") && endings.has("TRADE") && endings.has(null), [...endings].join());
  });

  it("have candles of trades and of marks that cover all of them, in every interval", () => {
    const fills = tables.all(schema.fills);
    for (const seconds of INTERVALS) {
      const trades = tables.all(schema.candles).filter((each) => each.kind === "TRADE" && each.seconds === seconds);
      const total = trades.reduce((sum, { quote }) => sum + quote, 0n);
      assert.equal(
        total,
        fills.reduce((sum, { notional }) => sum + notional, 0n),
      );
      for (const { low, high, open, close, start } of trades) {
        assert.ok(low <= open && open <= high && low <= close && close <= high);
        assert.equal(start % seconds, 0);
      }
      const marks = tables.all(schema.candles).filter((each) => each.kind === "MARK" && each.seconds === seconds);
      const answers = logs.filter(({ contract }) => contract === "Feed").length;
      assert.equal(
        marks.reduce((sum, { count }) => sum + count, 0),
        answers,
      );
    }
    const tickers = tables.all(schema.tickers);
    for (const { symbol, id } of deployment.markets) {
      const mark = story.markets[symbol as "BTC"].mark;
      assert.equal(Number(tickers.find((each) => each.id === id)!.mark! / 10n ** 10n) / 1e8, mark);
    }
  });

  it("tell the vault's batches, its price and who holds it", async () => {
    const { vault } = story.venue.deployed;
    const { operator } = story.venue;
    const [batch] = tables.all(schema.batches);
    assert.equal(batch!.shares, batch!.pricedShares);
    assert.ok(batch!.assets > 0n);
    const holder = tables.all(schema.holders).find(({ id }) => id === operator.toLowerCase());
    assert.equal(holder!.shares, await vault.balanceOf(operator));
    assert.deepEqual(
      new Set(tables.all(schema.vaultFlows).map(({ kind }) => kind)),
      new Set(["DEPOSIT", "REQUEST", "CLAIM"]),
    );
  });

  it("tell what governance scheduled, executed and cancelled, and what a parameter was", () => {
    const states = tables.all(schema.operations).map(({ state }) => state);
    assert.deepEqual(states.sort(), ["CANCELLED", "EXECUTED"]);
    const fee = inOrder(tables.all(schema.parameterChanges)).filter(
      ({ scope, name }) => scope === `market-${story.markets.SOL.id}` && name === "takerFee",
    );
    assert.deepEqual(
      fee.map((each) => each.after),
      ["400", "500"],
    );
    const pause = tables.all(schema.parameterChanges).filter(({ name }) => name === "pause");
    assert.equal(pause.at(-1)?.after, "1");
  });

  it("hand out copies: what is written later does not change a row that was found", async () => {
    const { Unit } = await import("../src/rows/Unit");
    const rows = new Unit(tables);
    const [some] = tables.all(schema.nodes);
    const found = (await rows.find(schema.nodes, some!.id))!;
    const kept = { ...found };
    rows.put(schema.nodes, { ...found, shares: found.shares + 1n });
    await rows.end();
    assert.deepEqual(found, kept);
    assert.equal((await rows.find(schema.nodes, some!.id))!.shares, kept.shares + 1n);
  });

  /** Has every fill of an account in a market one lifecycle that begins and ends flat? */
  function tradedFromFlat(account: bigint, market: bigint): boolean {
    const own = tables.all(schema.lifecycles).filter((each) => each.account === account && each.market === market);
    return own.length === 1 && groupOf(market as never) > 0n;
  }
});

function inOrder<T extends { seq: number }>(rows: T[]): T[] {
  return [...rows].sort((a, b) => a.seq - b.seq);
}

function sorted(map: Map<bigint, bigint[]>): [bigint, bigint[]][] {
  return [...map].sort(([a], [b]) => (a < b ? -1 : 1));
}

// SPDX-License-Identifier: MIT
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import type { Deployment } from "../../sdk/deployment.js";
import { abs } from "../../sdk/arithmetic.js";
import { groupOf } from "../../sdk/order.js";
import type { Venue } from "../../sdk/state/Venue.js";
import * as schema from "../schema";
import { INTERVALS } from "../src/history/candles";
import type { IndexedLog } from "../src/indexer";
import type { MemoryStore } from "../src/rows/MemoryStore";
import { Story } from "./Story";
import { addUpToCash, addUpToLifecycles, countAll, equalRebuilt, equalReceipts, inOrder } from "./checks";
import { logsOf, rebuiltOf, tablesOf } from "./replay";

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
    const facts = await equalRebuilt(tables, rebuilt, deployment);
    assert.ok(facts > 500, `${facts} facts`);
  });

  it("count every log, of every kind that there is a table for", () => {
    const counts = countAll(tables, logs);
    for (const kind of ["MarginCalled", "Liquidated", "Locked", "Absorbed", "Charged", "NodeTornUp", "Unlocked"]) {
      assert.ok((counts.get(`Clearinghouse:${kind}`) ?? 0) > 0, `the story has no ${kind}`);
    }
  });

  it("have a ledger whose changes add up to every account's cash", () => {
    assert.ok(addUpToCash(tables, rebuilt) > 10);
  });

  it("have receipts of locks as the SDK recomputes them: who was absorbed, who paid what, what was torn up", () => {
    assert.ok(equalReceipts(tables, logs, deployment.tokenDecimals) >= 2);
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
    addUpToLifecycles(tables, rebuilt);
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

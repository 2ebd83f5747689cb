// SPDX-License-Identifier: MIT
// The tables after all that happens on a clearinghouse of options.
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import type {} from "@nomicfoundation/hardhat-toolbox-mocha-ethers"; // what its plugins add to a connection
import { artifacts } from "hardhat";
import { describeOptions } from "../../deploy/describeOptions.js";
import type { Deployment } from "../../sdk/deployment.js";
import type { Venue } from "../../sdk/state/Venue.js";
import { AGAIN, NEAR, OptionStory, call, put } from "../../test/options/OptionStory.js";
import * as schema from "../schema";
import type { IndexedLog } from "../src/indexer";
import type { MemoryStore } from "../src/rows/MemoryStore";
import { addUpToCash, addUpToLifecycles, countAll, equalRebuilt, inOrder } from "./checks";
import { logsOf, rebuiltOf, tablesOf } from "./replay";

describe("the tables of a clearinghouse of options", { timeout: 1_800_000 }, () => {
  let story: OptionStory;
  let deployment: Deployment;
  let logs: IndexedLog[];
  let tables: MemoryStore;
  let rebuilt: Venue;

  before(async () => {
    story = await OptionStory.open(0);
    await story.all();
    const { provider, venue } = story.day;
    deployment = await describeOptions(provider, venue, (name) => artifacts.readArtifact(name));
    logs = await logsOf(provider, deployment);
    tables = await tablesOf(logs, deployment);
    rebuilt = rebuiltOf(logs, deployment.tokenDecimals, "options");
  });
  after(() => story?.close());

  it("are what the SDK rebuilds, and add up", async () => {
    assert.ok((await equalRebuilt(tables, rebuilt, deployment)) > 5_000);
    countAll(tables, logs);
    assert.ok(addUpToCash(tables, rebuilt) > 5);
    assert.ok(addUpToLifecycles(tables, rebuilt) > 15);
    for (const kind of ["LadderListed", "Sliced", "PriceFixed", "FactorsFrozen", "Charged", "FixingAdvanced"]) {
      assert.ok(
        tables.all(schema.counts).some(({ id }) => id === `Clearinghouse:${kind}`),
        kind,
      );
    }
  });

  it("keep every expiry, though its place was listed anew", () => {
    const first = inOrder(tables.all(schema.expiries)).filter(({ place }) => place === 0);
    assert.deepEqual(
      first.map(({ expiry }) => expiry),
      [NEAR, AGAIN],
    );
    assert.equal(first[0]!.settlement, 2_405_500_000_000_000_000_000n);
    assert.equal(first[1]!.settlement, null);
    assert.equal(tables.all(schema.ladders).length, 2);
    assert.equal(tables.all(schema.markets).length, 63);
    assert.ok(tables.all(schema.smiles).length === 3 && tables.all(schema.levels).length > 10);
  });

  it("tell a slice, its legs, and that its taker traded", () => {
    const [slice, ...more] = tables.all(schema.slices);
    assert.equal(more.length, 0);
    assert.deepEqual([slice!.account, slice!.taker], [story.debtor.id, story.keeper.id]);
    const legs = tables.all(schema.liquidations).filter(({ tx }) => tx === slice!.tx);
    assert.equal(legs.length, 2);
    assert.equal(
      legs.reduce((sum, { keeperReward }) => sum + keeperReward, 0n),
      slice!.keeperReward,
    );
    const lives = tables.all(schema.lifecycles).filter(({ market }) => market === call(8, 1));
    const closed = new Map(lives.map(({ account, closedBy }) => [account, closedBy]));
    assert.equal(closed.get(story.keeper.id), "TRADE");
    assert.equal(closed.get(story.debtor.id), "LIQUIDATION");
    const lines = tables.all(schema.entries).filter(({ tx }) => tx === slice!.tx);
    assert.deepEqual([...new Set(lines.map(({ kind }) => kind))].sort(), ["CREDIT", "POSITION"]);
  });

  it("tell what was collected at the expiry, and at which profit", () => {
    const collected = tables.all(schema.entries).filter(({ kind }) => kind === "COLLECTED");
    assert.ok(collected.length >= 4);
    const ended = tables.all(schema.lifecycles).filter(({ closedBy }) => closedBy === "EXPIRY");
    assert.ok(ended.length > 0 && ended.every(({ market }) => market < 256n + 31n));
    assert.ok(ended.some(({ market }) => market === put(5)));
  });

  it("tell of a lock who was charged, and add up to what was due", () => {
    const locks = tables.all(schema.locks).filter(({ state }) => state === "SETTLED");
    assert.equal(locks.length, 1);
    const [lock] = locks;
    assert.equal(lock!.deficit, lock!.vaultPaid + lock!.charged + lock!.shortfall);
    assert.ok(lock!.charged > 0n && lock!.relieved > 0n);
    const receipts = tables.all(schema.receipts);
    assert.equal(
      receipts.reduce((sum, { charge }) => sum + charge, 0n),
      lock!.receipts,
    );
    const back = tables.all(schema.reliefs).reduce((sum, { credit }) => sum + credit, 0n);
    const over = lock!.receipts - lock!.charged - back;
    assert.ok(over >= 0n && over <= BigInt(receipts.length) + 63n, `${over} over`);
    const series = tables.all(schema.lockMarkets).filter(({ lock: id }) => id === lock!.id);
    assert.ok(series.some(({ charge, anchor }) => charge > 0n && anchor === null));
    assert.ok(series.some(({ tornUp }) => tornUp > 0n));
  });
});

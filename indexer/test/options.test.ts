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
import { Running } from "./Running";
import { logsOf, rebuiltOf, tablesOf } from "./replay";

type Json = Record<string, unknown>;

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
    // An average by seconds: the node's clock may tick between a round and its block.
    const settlement = first[0]!.settlement!;
    assert.ok(settlement >= 2_405_490_000_000_000_000_000n && settlement <= 2_405_510_000_000_000_000_000n);
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

  describe("and its API", () => {
    let running: Running;

    before(async () => {
      const { provider } = story.day;
      const url = provider._getConnection().url;
      running = await Running.start({ node: provider, url, deployment: async () => deployment });
      await running.caughtUp(900);
    });
    after(() => running?.stop());

    it("lists groups, expiries and series by name", async () => {
      const [group, ...more] = await running.get<Json[]>("/v1/option-groups");
      assert.equal(more.length, 0);
      assert.equal(group!.symbol, "ETH");
      const ladders = group!.ladders as { future: string; smile: string; ladder: Json }[];
      assert.deepEqual(
        ladders.map(({ future }) => future),
        ["ETH-5DEC25", "ETH-12DEC25"],
      );
      assert.ok(ladders.every(({ smile }) => BigInt(smile) > 0n));
      const series = await running.get<Json[]>("/v1/option-groups/1/series");
      assert.equal(series.length, 63);
      const names = series.map((each) => each.series as string);
      assert.ok(names.includes("ETH-PERPETUAL") && names.includes("ETH-12DEC25") && new Set(names).size === 63);
      const traded = series.find(({ market }) => (market as Json).id === String(put(5)))!;
      assert.equal(traded.kind, "put");
      assert.match(traded.series as string, /^ETH-12DEC25-\d+-P$/);
      assert.ok((traded.ticker as Json).lastPrice !== null);
      const expiries = await running.get<Json[]>("/v1/option-groups/1/expiries");
      assert.deepEqual(
        expiries.map(({ expiry }) => expiry),
        [AGAIN, NEAR + 7 * 86_400, NEAR],
      );
      assert.equal((await running.get<Json[]>("/v1/option-groups/1/smiles")).length, 3);
      assert.ok((await running.get<Json[]>("/v1/option-groups/1/levels?limit=5")).length === 5);
      assert.deepEqual(await running.get("/v1/option-groups/2/series"), []);
    });

    it("tells an account's history with the names that series had then, slices and collections", async () => {
      const path = `/v1/accounts/${story.other.id}`;
      const history = await running.get<Record<string, Json[]>>(`${path}/history`);
      const collected = history.entries!.filter(({ kind }) => kind === "COLLECTED");
      assert.ok(collected.length > 0 && collected.every(({ series }) => /^ETH-28NOV25/.test(series as string)));
      const ended = await running.get<Json[]>(`${path}/positions?state=closed`);
      assert.ok(ended.some(({ series, closedBy }) => closedBy === "EXPIRY" && /^ETH-28NOV25-/.test(series as string)));
      const own = await running.get<Json[]>(`${path}/ledger?kind=collected`);
      assert.equal(own.length, collected.length);
      const { slices } = await running.get<Record<string, Json[]>>(`/v1/accounts/${story.debtor.id}/history`);
      assert.deepEqual([slices!.length, slices![0]!.taker], [1, String(story.keeper.id)]);
      assert.equal((await running.get<Json[]>(`/v1/accounts/${story.keeper.id}/slices`)).length, 1);
      assert.equal((await running.get<Json[]>("/v1/slices")).length, 1);
      const csv = await running.get<string>(`${path}/history?format=csv`);
      assert.match(csv, /COLLECTED,ETH-28NOV25-/);
    });

    it("tells what an account is worth, and who is at risk, as the lens does", async () => {
      const atRisk = await running.get<Json[]>("/v1/at-risk");
      assert.ok(atRisk.length >= 3 && atRisk.every(({ standing }) => standing === "SOUND"));
      for (const person of [story.maker, story.other, story.keeper]) {
        const { equity, maintenance } = await story.day.standing(person.id);
        const risk = atRisk.find(({ account }) => account === String(person.id))!;
        assert.deepEqual([risk.equity, risk.maintenance], [String(equity), String(maintenance)]);
        const account = await running.get<{ equity: string; positions: Json[] }>(`/v1/accounts/${person.id}`);
        assert.equal(account.equity, String(equity));
        assert.ok(account.positions.every(({ series }) => typeof series === "string"));
      }
    });

    it("is held against the chain by its doctor, and answers every route that it describes", async () => {
      const health = await running.get<Json>("/v1/health");
      assert.equal(health.status, "ok");
      assert.ok((health.compared as number) > 8);
      const { paths } = await running.get<{ paths: Record<string, unknown> }>("/v1/openapi.json");
      const lock = "1-1";
      const values: Record<string, string> = { market: String(put(5)), group: "1", lock };
      Object.assign(values, { account: String(story.maker.id), owner: story.maker.wallet.address });
      for (const path of Object.keys(paths)) {
        await running.get(path.replaceAll(/\{(\w+)\}/g, (_, name: string) => values[name]!));
      }
    });
  });
});

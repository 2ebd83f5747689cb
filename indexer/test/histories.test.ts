// SPDX-License-Identifier: MIT
// The tables after everything that can happen, and after random histories: those that the contracts are held against
// the reference with.
import assert from "node:assert/strict";
import { before, describe, it } from "node:test";
import type {} from "@nomicfoundation/hardhat-toolbox-mocha-ethers"; // what its plugins add to a connection
import { network } from "hardhat";
import type { Deployed } from "../../deploy/deploy-novation.js";
import type { Deployment } from "../../sdk/deployment.js";
import { abs } from "../../sdk/arithmetic.js";
import { Duel } from "../../test/differential/Duel.js";
import { play } from "../../test/differential/play.js";
import { Random } from "../../test/differential/random.js";
import { RUNS, type Run } from "../../test/differential/runs.js";
import { EVERYTHING, castOfEverything, type Cast } from "../../test/stories/everything.js";
import * as schema from "../schema";
import type { IndexedLog } from "../src/indexer";
import type { MemoryStore } from "../src/rows/MemoryStore";
import { addUpToCash, addUpToLifecycles, countAll, equalRebuilt, equalReceipts, inOrder } from "./checks";
import { deploymentOf } from "./deploymentOf";
import { logsOf, rebuiltOf, tablesOf, type Node } from "./replay";

const QUOTE = 10n ** 9n;
const OPERATIONS = Number(process.env["NOVATION_HISTORY_OPERATIONS"] ?? "150");
const SEEDS = Number(process.env["NOVATION_HISTORY_SEEDS"] ?? "1");

const [slept, sleepy] = RUNS["two groups, keepers that sleep through defaults, recoveries"];
const PLAYED: Record<string, Run> = {
  "one market, torn up by the queue": RUNS["one market, torn up by the queue"],
  "a group of four markets, a rich vault that takes over": RUNS["a group of four markets with a rich vault"],
  "one market with a collateral, whose fee goes on in locks, and that closes":
    RUNS["one market with a collateral whose price moves"],
  "two groups, keepers that sleep through defaults, recoveries": [
    { ...slept, groups: [["QUEUE"], ["PRORATA", "QUEUE", "PRORATA"]] },
    sleepy,
  ],
};

interface Indexed {
  deployment: Deployment;
  logs: IndexedLog[];
  tables: MemoryStore;
}

async function indexed(deployed: Deployed, node: Node, tokenDecimals: number): Promise<Indexed> {
  const deployment = await deploymentOf(deployed, node, tokenDecimals);
  const logs = await logsOf(node, deployment);
  return { deployment, logs, tables: await tablesOf(logs, deployment) };
}

async function assertSound({ deployment, logs, tables }: Indexed) {
  const rebuilt = rebuiltOf(logs, deployment.tokenDecimals);
  const facts = await equalRebuilt(tables, rebuilt, deployment);
  countAll(tables, logs);
  addUpToCash(tables, rebuilt);
  const lifecycles = addUpToLifecycles(tables, rebuilt);
  const locks = equalReceipts(tables, logs, deployment.tokenDecimals);
  return { facts, lifecycles, locks };
}

describe("the tables after random histories", { timeout: 1_800_000 }, () => {
  for (const [name, [options, habits]] of Object.entries(PLAYED)) {
    for (let seed = 201; seed < 201 + SEEDS; ++seed) {
      it(`${name} (seed ${seed})`, async () => {
        const connection = await network.create();
        const duel = await Duel.create(connection, options);
        await play(duel, new Random(seed), { operations: OPERATIONS, ...habits });
        const history = await indexed(duel.deployed, connection.ethers.provider, 9);
        const { facts, lifecycles, locks } = await assertSound(history);
        console.log(`${name}: ${history.logs.length} logs, ${facts} facts, ${lifecycles} lifecycles, ${locks} locks`);
        assert.ok(locks > 0 && lifecycles > 10);
      });
    }
  }
});

describe("the tables after everything that can happen", { timeout: 600_000 }, () => {
  let cast: Cast;
  let history: Indexed;

  before(async () => {
    cast = await castOfEverything();
    for (const chapter of Object.values(EVERYTHING)) await chapter(cast);
    history = await indexed(cast.venue, cast.venue.ethers.provider, 6);
  });

  it("add up, and are what the SDK rebuilds", async () => {
    const { facts } = await assertSound(history);
    assert.ok(facts > 300, `${facts} facts`);
  });

  it("tell a takeover by the vault, and what it sold of it", async () => {
    const { tables } = history;
    const { venue, alice, bob } = cast;
    const takeover = tables.all(schema.liquidations).filter(({ taker }) => taker === venue.inventory());
    assert.ok(takeover.some(({ account }) => account === alice.id));
    const [sale] = tables.all(schema.inventorySales);
    assert.equal(sale!.buyer, bob.id);
    const bought = inOrder(tables.all(schema.entries)).find(
      ({ seq, account }) => account === bob.id && seq <= sale!.seq,
    );
    assert.ok(bought !== undefined && sale!.size !== 0n);
  });

  it("tell a market's end: its price, that positions ended by it, and that it is no trade", async () => {
    const { tables } = history;
    const { venue, carol } = cast;
    const ended = venue.markets[1]!.id;
    const row = tables.all(schema.markets).find(({ id }) => id === ended)!;
    assert.ok(row.settledAt! > 0n);
    const change = tables.all(schema.parameterChanges).find(({ name }) => name === "settledAt");
    assert.deepEqual([change?.scope, change?.after], [`market-${ended}`, String(row.settledAt)]);
    const own = tables.all(schema.lifecycles).find((each) => each.account === carol.id && each.market === ended);
    assert.equal(own!.closedBy, "SETTLEMENT");
    const expected = (own!.largest * (row.settledAt! - own!.entry)) / 10n ** 18n;
    assert.ok(own!.isLong && abs(own!.profit! - expected) <= 3n, `${own!.profit} against ${expected}`);
  });

  it("tell every shortfall, what healed it and who covered it, up to par", () => {
    const rows = inOrder(history.tables.all(schema.shortfalls));
    const kinds = new Set(rows.map(({ kind }) => kind));
    assert.deepEqual([...kinds].sort(), ["COVERED", "HEALED", "SUFFERED"]);
    let shortfall = 0n;
    for (const row of rows) {
      if (row.kind === "SUFFERED") shortfall += row.amount;
      if (row.kind === "HEALED") shortfall -= row.amount;
      if (row.shortfall !== null) {
        // Withdrawals below par take their part of it along.
        assert.ok(row.shortfall <= shortfall, `${row.shortfall} against ${shortfall}`);
        shortfall = row.shortfall;
      }
    }
    assert.equal(shortfall, 0n);
    const protectedOnce = history.tables.all(schema.accounts).filter((each) => each.protectedIndex !== null);
    assert.ok(protectedOnce.length > 0, "nobody deposited below par");
  });

  it("tell pauses, as they are and as they were", () => {
    const { tables } = history;
    const { venue } = cast;
    const now = new Map(tables.all(schema.pauses).map((row) => [row.id, row]));
    assert.equal(now.get(0n)!.level, 0n);
    assert.equal(now.get(venue.markets[2]!.id)!.level, 1n);
    assert.equal(now.get(999n)!.level, 1n);
    const levels = inOrder(tables.all(schema.parameterChanges).filter(({ name }) => name === "pause"));
    assert.deepEqual(
      levels.filter(({ scope }) => scope === "venue").map(({ after }) => after),
      ["3", "0"],
    );
  });

  it("tell the orders of a batch with triggers, and what several calls in one transaction did", () => {
    const { tables } = history;
    const { venue, patron } = cast;
    const seven = venue.accountNumber(patron, 7);
    const transfers = tables
      .all(schema.entries)
      .filter(({ account, kind }) => account === seven && kind === "TRANSFER");
    assert.deepEqual(
      transfers.map(({ change }) => change),
      [12n * QUOTE, 12n * QUOTE],
    );
    assert.equal(tables.all(schema.accounts).find(({ id }) => id === patron.id)!.minSequence, 2n ** 40n);
  });
});

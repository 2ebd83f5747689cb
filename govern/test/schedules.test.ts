// SPDX-License-Identifier: MIT
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import type { Hex } from "../../sdk/orderHash.js";
import type { Address } from "../../sdk/range.js";
import { OldScheduleBlocks, ScheduledTwice, WhichMember, ExpiresBeforeItCanRun } from "../errors.js";
import { waitingOf } from "../list/waiting.js";
import { MANAGER } from "../look/logs.js";
import { CLEARINGHOUSE } from "../look/roles.js";
import { readSituation } from "../look/Situation.js";
import type { Operation } from "../plan/Operation.js";
import { planOf } from "../plan/plan.js";
import { WIND_DOWN_NOTICE } from "../plan/markets.js";
import { parseWish } from "../wish/WishFile.js";
import { Town } from "./Town.js";

const GUARDIAN = 3n;
const WEEK = 604_800n;

describe("schedules of the AccessManager", () => {
  let town: Town;
  before(async () => (town = await Town.open({ delays: { GOVERNOR: 60, RISK: 60, GUARDIAN: 3_600 } })));
  after(() => town?.stop());

  const plan = async (wish: string): Promise<Operation[]> => {
    const situation = await readSituation(town.rpc, town.deployment);
    return planOf(parseWish(`title: Test\n${wish}`, "w.yaml"), situation, new Map());
  };
  const manager = (from: string, name: string, args: unknown[]) => ({
    ...{ from, to: town.deployment.authority as string },
    data: MANAGER.encodeFunctionData(name, args) as Hex,
  });
  /** The governor's own call of the AccessManager, with its delay. */
  const asAdmin = async (name: string, args: unknown[]) => {
    const data = MANAGER.encodeFunctionData(name, args);
    const { authority } = town.deployment;
    await town.send([manager(town.keys.GOVERNOR, "schedule", [authority, data, 0])]);
    await town.send([manager(town.keys.GOVERNOR, "execute", [authority, data])], town.venue.now + 61);
  };
  const states = async () => waitingOf(await readSituation(town.rpc, town.deployment)).map(({ state }) => state);
  const PAUSE = CLEARINGHOUSE.encodeFunctionData("pause", [8, 1, WEEK]);

  it("refuse an equal call that waits already, and say when that one can run", async () => {
    const wish = "venue: { lockDelay: 3 min }";
    const [operation] = await plan(wish);
    const { clearinghouse } = town.deployment;
    await town.send([manager(town.keys.RISK, "schedule", [clearinghouse, operation!.data, 0])]);
    await assert.rejects(plan(wish), (failure: Error) => {
      assert.ok(failure instanceof ScheduledTwice);
      assert.match(failure.message, /can run from .* until .*/);
      return true;
    });
    await town.send([manager(town.keys.RISK, "cancel", [town.keys.RISK, clearinghouse, operation!.data])]);
    assert.equal((await plan(wish)).length, 1);
  });

  it("of a member who was dismissed are void, and are his again when he is admitted again", async () => {
    const { clearinghouse } = town.deployment;
    await town.send([manager(town.keys.GUARDIAN, "schedule", [clearinghouse, PAUSE, 0])]);
    assert.deepEqual(await states(), ["waits"]);
    await asAdmin("revokeRole", [GUARDIAN, town.keys.GUARDIAN]);
    assert.deepEqual(await states(), ["void"]);
    await asAdmin("grantRole", [GUARDIAN, town.keys.GUARDIAN, 0]);
    assert.deepEqual(await states(), ["old"]);
  });

  it("block execute of a member who was admitted again without a delay: seen, and said with the way out", async () => {
    const { clearinghouse } = town.deployment;
    // What the AccessManager does, first: no delay, and yet refused.
    const execute = manager(town.keys.GUARDIAN, "execute", [clearinghouse, PAUSE]);
    await assert.rejects(town.send([execute]), /AccessManagerNotReady/);
    let cancel: Hex | undefined;
    await assert.rejects(plan("markets: { SOL: { status: settled } }"), (failure: Error) => {
      assert.ok(failure instanceof OldScheduleBlocks, failure.message);
      assert.match(failure.message, /AccessManagerNotReady.*although he has no delay now/);
      cancel = /(0x[0-9a-f]{300,})/.exec(failure.message)?.[1] as Hex;
      return true;
    });
    await town.send([{ from: town.keys.GUARDIAN, to: town.deployment.authority, data: cancel! }]);
    const operations = await plan("markets: { SOL: { status: settled } }");
    assert.deepEqual(
      operations.map(({ name }) => name),
      ["pause", "settleMarket"],
    );
    await town.send([execute]);
    assert.deepEqual(await states(), []);
  });

  it("bind a member who was admitted again with a longer delay less than that delay: seen, and said", async () => {
    const { clearinghouse } = town.deployment;
    const data = CLEARINGHOUSE.encodeFunctionData("pause", [4, 1, WEEK]);
    await asAdmin("grantRole", [GUARDIAN, town.keys.GUARDIAN, 3_600]);
    await town.send([manager(town.keys.GUARDIAN, "schedule", [clearinghouse, data, 0])]);
    await asAdmin("revokeRole", [GUARDIAN, town.keys.GUARDIAN]);
    await asAdmin("grantRole", [GUARDIAN, town.keys.GUARDIAN, 86_400]);
    await assert.rejects(plan("markets: { BTC: { status: settled } }"), (failure: Error) => {
      assert.ok(failure instanceof OldScheduleBlocks, failure.message);
      assert.match(failure.message, /AccessManagerAlreadyScheduled.*whatever his delay is now/);
      return true;
    });
    // And so it is: a day's delay, and it runs within the hour.
    await town.send([manager(town.keys.GUARDIAN, "execute", [clearinghouse, data])], town.venue.now + 3_600);
  });

  it("end before what they wait for is ready: refused, with both times", async () => {
    const late = await Town.open({ delays: { GOVERNOR: 864_000, RISK: 60 } });
    try {
      const situation = await readSituation(late.rpc, late.deployment);
      const ended = (wish: string, says: RegExp) =>
        assert.throws(
          () => planOf(parseWish(`title: Test\n${wish}`, "w.yaml"), situation, new Map()),
          (failure: Error) => {
            assert.ok(failure instanceof ExpiresBeforeItCanRun, failure.message);
            assert.match(failure.message, says);
            return true;
          },
        );
      ended("markets: { SOL: { status: settled } }", /pause that ends 7 d after the start.*10 d/);
      const { source, params } = situation.markets[0]!;
      const shape = { initialMargin: "10%", maintenanceMargin: "6%", gapThreshold: "4%", priceBand: "2%" };
      const rest = { takerFee: "0.05%", makerFee: "0.01%", staleShock: "10%", discountFloor: "0.5%" };
      const caps = { discountCap: "3%", maxFunding: "0% / h", minNotional: "10", softCap: "1", hardCap: "2" };
      const market = { ...shape, ...rest, ...caps, fundingDepth: `${params.fundingDepth}`, source };
      const listing = { ...market, list: { group: "new", mechanism: "QUEUE" } };
      const wish = JSON.stringify({ title: "T", markets: { NEW: listing }, groups: { NEW: { budget: "5" } } });
      assert.throws(
        () => planOf(parseWish(wish, "w.json"), situation, new Map()),
        /budget" can run from 1 min .* until 7 d 1 min .*wait 10 d/,
      );
    } finally {
      late.stop();
    }
  });

  it("that run already shorten a wind-down: a pause that began counts", async () => {
    const situation = await readSituation(town.rpc, town.deployment);
    const now = situation.header.timestamp;
    const pauses = new Map([[8n, { level: 1n, since: now - 86_400n, until: now + WEEK - 86_400n }]]);
    const file = parseWish("title: T\nmarkets: { SOL: { status: settled } }", "w.yaml");
    const [only, ...others] = planOf(file, situation, pauses);
    assert.deepEqual([only!.name, others.length], ["settleMarket", 0]);
    assert.ok(only!.runsAfter >= WIND_DOWN_NOTICE - 86_400n && only!.runsAfter < WIND_DOWN_NOTICE);
  });

  it("of two members: the file has to say who acts", async () => {
    const stranger = town.keys.stranger as Address;
    await asAdmin("grantRole", [2n, stranger, 60]);
    await assert.rejects(plan("venue: { lockDelay: 3 min }"), WhichMember);
    const [operation] = await plan(`executors: { RISK: "${stranger}" }\nvenue: { lockDelay: 3 min }`);
    assert.equal(operation!.caller, stranger);
  });
});

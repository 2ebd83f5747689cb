// SPDX-License-Identifier: MIT
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { RefusedByContract } from "../errors.js";
import { readSituation } from "../look/Situation.js";
import { simulate } from "../simulate/simulate.js";
import type { Simulation } from "../simulate/Simulation.js";
import { parseWish } from "../wish/WishFile.js";
import { Town } from "./Town.js";

describe("a proposal in a crash", () => {
  let town: Town;
  before(async () => {
    town = await Town.open({ leverages: [18, 15, 12, 10, 5, 2] });
    // A jump of 5.5%: the first, with a leverage of 18, has a little left; the group is locked.
    await town.venue.setMark(town.venue.listed("BTC", 100_000), 94_500);
    await town.venue.must([town.venue.poke(1n)]);
  });
  after(() => town?.stop());

  const play = async (wish: string): Promise<Simulation> => {
    const file = parseWish(`title: Test\n${wish}`, "w.yaml");
    const situation = await readSituation(town.rpc, town.deployment);
    return simulate({ file, situation, rpc: town.rpc, url: town.url });
  };

  it("is refused for parameters that a lock forbids to change, with the contract's reason", async () => {
    assert.equal((await readSituation(town.rpc, town.deployment)).groups[0]!.phase, 1n);
    await assert.rejects(play("markets: { BTC: { takerFee: 0.05% } }"), (failure: Error) => {
      assert.ok(failure instanceof RefusedByContract, failure.message);
      assert.equal(failure.error, "GroupLocked");
      return true;
    });
    await assert.rejects(play("venue: { lockDelay: 3 min }"), /GroupsLocked/);
  });

  it("of another group is played, and judges accounts of the locked one as the lens does", async () => {
    const { changes, counts } = await play("markets: { SOL: { takerFee: 0.05% } }");
    assert.deepEqual(changes, []);
    assert.ok(counts.get("LIQUIDATABLE")!.with >= 1, JSON.stringify([...counts]));
  });

  it("is played when the lock will be over by then: somebody's poke ends it first", async () => {
    await town.venue.mine([], town.venue.now + 100);
    const {
      with: then,
      changes,
      counts,
    } = await play("markets: { BTC: { initialMargin: 8%, maintenanceMargin: 6% } }");
    assert.equal(then.situation.markets[0]!.params.initialMargin, 80_000n);
    assert.equal(then.situation.groups[0]!.phase, 0n);
    assert.ok(changes.some(({ after: { standing } }) => standing === "LIQUIDATABLE"));
    assert.ok(counts.get("LIQUIDATABLE")!.with > counts.get("LIQUIDATABLE")!.without);
  });
});

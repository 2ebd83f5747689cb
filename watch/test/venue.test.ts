// SPDX-License-Identifier: MIT
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { accountOf } from "../../sdk/order.js";
import { member } from "../../sim/venue/orders.js";
import { HEARTBEAT, MARKS, Play, type Watching } from "./Play.js";

const FIRST = "group 1 (BTC, ETH)";
const SECOND = "group 2 (SOL)";

describe("alarms of a venue, caused on a real node by the real contracts", () => {
  let play: Play;
  let watching: Watching;
  const people = (name: string) => member(`watch, ${name}`);
  const [careful, bold, hedged, rich] = [people("careful"), people("bold"), people("hedged"), people("rich")];

  before(async () => {
    play = await Play.open();
    await play.refresh();
    await play.settleAnchors();
    await play.enter("BTC", [
      [careful, 1, 50_000],
      [bold, 40, 240_000],
      [hedged, -1, 40_000],
    ]);
    await play.enter("ETH", [[hedged, 25, 0]]);
    await play.enter("SOL", [[rich, 100, 100_000]]);
    await play.settleAnchors();
    watching = play.watching();
    assert.deepEqual(await watching.look(0, "venue"), []);
  });
  after(() => play?.stop());

  const look = (seconds: number) => watching.look(seconds, "venue");
  /** Whatever still stands ends with the play. */
  const undone = async (scene: () => Promise<void>) => {
    await play.undone(scene);
    await look(1);
    await look(100);
    assert.deepEqual(await watching.standing(), []);
  };

  it("FeedOld: a feed is silent for longer than its heartbeat, and answers again", () =>
    undone(async () => {
      await play.venue.mine([], play.venue.now + HEARTBEAT / 2);
      await play.venue.setMarks([
        [play.markets.ETH, MARKS.ETH],
        [play.markets.SOL, MARKS.SOL],
      ]);
      await play.venue.mine([], play.venue.now + HEARTBEAT / 2);
      assert.deepEqual(await look(1), ["RAISED FeedOld [BTC]"]);
      assert.match(watching.says("FeedOld"), /^BTC has no price: STALE, its last answer is 7\d\d\d s old/);
      await play.refresh();
      assert.deepEqual(await look(1), [], "it is over for less than clearAfter");
      assert.deepEqual(await look(5), ["CLEARED FeedOld [BTC]"]);
    }));

  it("FeedOld: a feed that nobody can ask, and one that a lower limit finds too old before it is stale", () =>
    undone(async () => {
      const strict = play.watching({}, { feedAge: 50 });
      assert.deepEqual(await strict.look(0, "venue"), []);
      await play.venue.mine([], play.venue.now + HEARTBEAT * 0.6);
      const all = ["RAISED FeedOld [BTC]", "RAISED FeedOld [ETH]", "RAISED FeedOld [SOL]"];
      assert.deepEqual(await strict.look(1, "venue"), all);
      assert.match(strict.says("FeedOld"), /^SOL has an old price/);
      assert.deepEqual(await look(1), []);
      await play.venue.chain.provider.send("anvil_setCode", [play.deployment.markets[2]!.feed, "0x60006000fd"]);
      await play.venue.mine([]);
      assert.deepEqual(await look(1), ["RAISED FeedOld [SOL]"]);
      assert.match(watching.says("FeedOld"), /^SOL has no price: (STALE|INSANE)/);
    }));

  it("Gap, GroupLocked, LockUnattended: a real jump, with a keeper who does each thing late", () =>
    undone(async () => {
      await play.refresh({ BTC: 90_000, ETH: 3_950 });
      assert.deepEqual(await look(1), [`RAISED Gap [${FIRST}]`]);
      assert.match(watching.says("Gap"), /BTC jumped from the anchor/);
      assert.deepEqual(await look(29), []);
      assert.deepEqual(await look(1), [`RAISED LockUnattended [${FIRST}]`]);
      assert.match(watching.says("LockUnattended"), /poke, as a mark jumped/);

      await play.venue.must([play.venue.poke(1n)]);
      assert.deepEqual(await look(1), [`RAISED GroupLocked [${FIRST}]`, `CLEARED LockUnattended [${FIRST}]`]);
      assert.deepEqual(await look(5), [`CLEARED Gap [${FIRST}]`]);
      assert.deepEqual(await look(26), [`RAISED LockUnattended [${FIRST}]`]);
      assert.match(watching.says("LockUnattended"), /absorb 1 accounts; net 1 accounts/);

      await play.venue.must([play.call("absorb", [1n, [bold.account]])]);
      assert.deepEqual(await look(1), [`CLEARED LockUnattended [${FIRST}]`]);
      await look(1);
      await play.venue.must([play.call("net", [1n, [hedged.account]])]);
      assert.deepEqual(await look(60), [], "somebody acts: time counts anew");

      await play.venue.mine([], play.venue.now + 130);
      await look(1);
      assert.deepEqual(await look(31), [`RAISED LockUnattended [${FIRST}]`]);
      assert.match(watching.says("LockUnattended"), /deleverage/);
      await play.venue.must([play.call("deleverage", [1n, 1_000n])]);
      await look(1);
      assert.deepEqual(await look(6), [`CLEARED GroupLocked [${FIRST}]`, `CLEARED LockUnattended [${FIRST}]`]);
    }));

  it("LockUnattended stays silent while a keeper works, however long the work takes", () =>
    undone(async () => {
      const before = watching.messages.length;
      await play.refresh({ BTC: 90_000, ETH: 3_950 });
      await look(20);
      await play.venue.must([play.venue.poke(1n)]);
      await look(20);
      await play.venue.must([play.call("absorb", [1n, [bold.account]])]);
      await look(20);
      await play.venue.must([play.call("net", [1n, [hedged.account]])]);
      await look(20);
      await play.venue.mine([], play.venue.now + 130);
      await look(1);
      await play.venue.must([play.call("deleverage", [1n, 1_000n])]);
      await look(20);
      const told = watching.messages.slice(before).map(({ alarm }) => alarm);
      assert.ok(told.includes("GroupLocked"));
      assert.ok(!told.includes("LockUnattended"), told.join());
    }));

  it("LiquidationsLate: an account stays below maintenance margin, until its owner pays in", () =>
    undone(async () => {
      await play.drift("BTC", 96_500);
      await look(1);
      assert.deepEqual(await look(119), []);
      assert.deepEqual(await look(1), [`RAISED LiquidationsLate [${FIRST}]`]);
      assert.match(watching.says("LiquidationsLate"), /1 accounts are below maintenance margin, 0 of them below zero/);
      await play.venue.deposit([[bold.account, 100_000]]);
      await look(1);
      assert.deepEqual(await look(5), [`CLEARED LiquidationsLate [${FIRST}]`]);
    }));

  it("Shortfall, RecoveryBelowPar, VaultBelowFloor: a default that nobody absorbs in time costs more than the vault has", () =>
    undone(async () => {
      const whale = member("whale");
      await play.enter("SOL", [[whale, 50_000, 520_000]]);
      await play.settleAnchors();
      await play.drift("SOL", 180);
      await play.drift("SOL", 178);
      await play.drift("SOL", 150);
      await play.venue.must([play.call("absorb", [2n, [whale.account]])]);
      await play.venue.mine([], play.venue.now + 130);
      await play.refresh();
      await play.venue.must([play.call("deleverage", [2n, 1_000n])]);
      const told = await look(200);
      assert.deepEqual(
        told.filter((line) => !/LiquidationsLate|Locked|FeedOld/.test(line)),
        [
          "RAISED Shortfall [venue]",
          "RAISED RecoveryBelowPar [venue]",
          "RAISED VaultBelowFloor [cash]",
          "RAISED VaultBelowFloor [shares]",
        ],
      );
      assert.match(watching.says("RecoveryBelowPar"), /r is 0\.\d+, below 1/);
      assert.match(watching.says("Shortfall"), /a shortfall of \d[\d,.]* quote is open/);

      const { shortfall } = await play.venue.deployed.lens.venue(play.deployment.clearinghouse);
      await play.venue.must([play.call("cover", [shortfall / 1_000n + 1n])]);
      await look(1);
      const healed = await look(5);
      assert.ok(healed.includes("CLEARED Shortfall [venue]"), healed.join());
      assert.ok(healed.includes("CLEARED RecoveryBelowPar [venue]"));
      assert.ok(!healed.some((line) => line.includes("VaultBelowFloor")), "the vault is as poor as before");
      await play.venue.deposit([[accountOf(play.deployment.vault, 0), 200_000]]);
      await look(1);
      assert.deepEqual(
        (await look(5)).filter((line) => line.includes("VaultBelowFloor")),
        ["CLEARED VaultBelowFloor [cash]", "CLEARED VaultBelowFloor [shares]"],
      );
    }));

  it("OutflowNearCap: most of a day's withdrawals are used up, until the next window", () =>
    undone(async () => {
      const { operator } = play.venue;
      const { clearinghouse } = play.deployment;
      await play.venue.deposit([[accountOf(operator, 0), 1_000_000]]);
      await play.venue.mine([], play.venue.now + 2 * 86_400 + 10);
      await play.refresh();
      await look(1);
      const left = async () => (await play.venue.deployed.lens.venue(clearinghouse)).outflowLeft;
      const cap = await left();
      const withdraw = (share: bigint) =>
        play.venue.must([play.call("withdraw", [0, (cap * share) / 100n / 1_000n, operator])]);
      await withdraw(70n);
      assert.deepEqual(await look(1), []);
      await withdraw(15n);
      assert.deepEqual(await look(1), ["RAISED OutflowNearCap [venue]"]);
      assert.match(watching.says("OutflowNearCap"), /quote may be withdrawn until \d+, of [\d,.]+ quote/);
      await play.venue.mine([], play.venue.now + 86_401);
      await play.refresh();
      await look(1);
      assert.deepEqual(await look(5), ["CLEARED OutflowNearCap [venue]"]);
    }));

  it("a reorganisation takes an alarm back with its block, and a watch that starts again raises what still holds", () =>
    undone(async () => {
      await play.undone(async () => {
        await play.refresh({ SOL: 150 });
        assert.deepEqual(await look(1), [`RAISED Gap [${SECOND}]`]);
        const again = play.watching();
        assert.deepEqual(await again.look(0, "venue"), [`RAISED Gap [${SECOND}]`]);
      });
      await look(1);
      assert.deepEqual(await look(5), [`CLEARED Gap [${SECOND}]`]);
    }));
});

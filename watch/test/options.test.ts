// SPDX-License-Identifier: MIT
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import type {} from "@nomicfoundation/hardhat-toolbox-mocha-ethers"; // what its plugins add to a connection
import { artifacts } from "hardhat";
import { describeOptions } from "../../deploy/describeOptions.js";
import { mined } from "../../test/options/Day.js";
import { NEAR, OptionStory, call } from "../../test/options/OptionStory.js";
import { Watching } from "./Play.js";

const GROUP = "group 1 (ETH options)";

describe("alarms of a clearinghouse of options, caused on a real node by the real contracts", () => {
  let story: OptionStory;
  let watching: Watching;
  const look = (seconds: number) => watching.look(seconds, "venue", "options");

  before(async () => {
    story = await OptionStory.open(0);
    const { provider, venue } = story.day;
    const deployment = await describeOptions(provider, venue, (name) => artifacts.readArtifact(name));
    await story.opens();
    await story.day.level();
    const place = { url: provider._getConnection().url, file: "", deployment };
    watching = new Watching(place, {}, {});
    assert.deepEqual(await look(0), []);
  });
  after(() => story?.close());

  /** Nothing stands any more once it was over for long enough. */
  const ends = async (...names: string[]) => {
    await look(1);
    const told = await look(5);
    for (const name of names) assert.ok(told.includes(`CLEARED ${name}`), told.join());
    assert.deepEqual(await watching.standing(), []);
  };

  it("LevelStale: a volatility level is older than its source's heartbeat, and posted again", async () => {
    await story.day.pass(3_601);
    assert.deepEqual(await look(1), [`RAISED LevelStale [${GROUP}]`]);
    assert.match(watching.says("LevelStale"), /its volatility level was observed 36\d\d s ago/);
    await story.day.level();
    await ends(`LevelStale [${GROUP}]`);
  });

  it("SmilePending: a smile is posted, and nobody moves the anchors for an hour", async () => {
    const { day } = story;
    const { clearinghouse, group } = day.venue;
    const view = await day.venue.optionLens.group(clearinghouse, group);
    const { base, step } = view.expiries.find(({ place }) => place === 0n)!;
    await day.smile(base, step, 6_200n, NEAR);
    await mined(clearinghouse.postSmile(group, 0));
    assert.deepEqual(await look(1), []);
    assert.deepEqual(await look(3_600), ["RAISED SmilePending [ETH-28NOV25]"]);
    await day.settleAnchors();
    await ends("SmilePending [ETH-28NOV25]");
  });

  it("ArraysStale: nobody trades or refreshes an expiry with open interest", async () => {
    await story.day.pass(7_300);
    await story.day.level();
    const told = await look(1);
    assert.deepEqual(told.sort(), ["RAISED ArraysStale [ETH-28NOV25]", "RAISED ArraysStale [ETH-5DEC25]"]);
    assert.match(watching.says("ArraysStale"), /its risk arrays were computed \d{4,} s ago/);
    await mined(story.day.venue.clearinghouse.refresh([call(7), call(7, 1)]));
    await ends("ArraysStale [ETH-28NOV25]", "ArraysStale [ETH-5DEC25]");
  });

  it("OptionsLocked, OptionsUnattended: a gap that nobody locks, and a lock that nobody ends", async () => {
    const { day } = story;
    const { clearinghouse, group } = day.venue;
    await day.settleAnchors();
    await day.spot(4_200);
    assert.deepEqual(await look(1), [`RAISED OptionsLocked [${GROUP}]`]);
    assert.match(watching.says("OptionsLocked"), /has a gap/);
    assert.deepEqual(await look(30), [`RAISED OptionsUnattended [${GROUP}]`]);
    assert.match(watching.says("OptionsUnattended"), /poke: a gap/);
    await mined(clearinghouse.poke(group));
    await look(1);
    assert.deepEqual(await look(5), [`CLEARED OptionsUnattended [${GROUP}]`]);
    assert.match((await watching.standing()).join(), /OptionsLocked/);
    await day.pass(121);
    await look(1);
    assert.deepEqual(await look(31), [`RAISED OptionsUnattended [${GROUP}]`]);
    assert.match(watching.says("OptionsUnattended"), /poke: its lock is over/);
    await mined(clearinghouse.poke(group));
    await ends(`OptionsUnattended [${GROUP}]`, `OptionsLocked [${GROUP}]`);
  });

  it("ExpiryUnfixed: an hour after an expiry its price is not fixed", async () => {
    const { day } = story;
    const { clearinghouse, group, feed } = day.venue;
    for (let now = await day.now(); now < NEAR - 3_600; now = await day.now()) {
      await day.pass(Math.min(80_000, NEAR - 3_600 - now));
      await day.spot(4_200);
    }
    const [first] = await feed.latestRoundData();
    await day.pass(NEAR - (await day.now()) + 3_590);
    await day.spot(4_200);
    await day.level();
    await mined(clearinghouse.refresh([call(7, 1)]));
    assert.deepEqual(
      (await look(1)).filter((line) => line.includes("Expiry")),
      [],
    );
    await day.pass(30);
    assert.deepEqual(
      (await look(1)).filter((line) => line.includes("Expiry")),
      ["RAISED ExpiryUnfixed [ETH-28NOV25]"],
    );
    assert.match(watching.says("ExpiryUnfixed"), /^ETH-28NOV25 expired 36\d\d s ago/);
    await mined(clearinghouse.fixPrice(group, 0, [(1n << 64n) | first], 50, { gasLimit: 6_000_000n }));
    await ends("ExpiryUnfixed [ETH-28NOV25]");
  });
});

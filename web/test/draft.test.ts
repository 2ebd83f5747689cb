// SPDX-License-Identifier: MIT
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { USE, accountOf, buildOrder, laneOf, marketOf, sequenceOf } from "../../sdk/index";
import {
  freeLane,
  limitOf,
  nextSequence,
  orderOf,
  waitsAbove,
  type Draft,
  type Signing,
} from "../src/pages/trade/draft";

const UNIT = 10n ** 18n;
const draft: Draft = { kind: "market", buys: true, size: 5n, reduceOnly: false, slippage: 5_000n };
const signing: Signing = {
  account: accountOf(`0x${"12".repeat(20)}`, 3),
  market: marketOf(1, 0),
  mark: 60_000n * UNIT,
  now: 1_800_000_000n,
  validFor: 120n,
  maxFee: 400n,
  sequence: 1_800_000_000_000n,
  lane: 7n,
};

describe("an order of the ticket", () => {
  it("is the market's at once within the slippage, rounded to six digits away from the mark", () => {
    assert.equal(limitOf(draft, 60_000n * UNIT), 60_300n * UNIT);
    assert.equal(limitOf({ ...draft, buys: false }, 60_000n * UNIT), 59_700n * UNIT);
    assert.equal(limitOf(draft, 61_234_567_890_123_456_789_012n), 61_540_800_000_000_000_000_000n);
    assert.equal(limitOf({ ...draft, buys: false }, 61_234_567_890_123_456_789_012n), 60_928_300_000_000_000_000_000n);
  });

  it("is one that the SDK takes, with everything that was shown", () => {
    const order = orderOf(draft, signing)!;
    assert.deepEqual(buildOrder(order), order);
    assert.equal(order.use, USE.TAKER);
    assert.equal(order.expiry, 1_800_000_120n);
    assert.equal(order.maxFee, 400n);
    assert.equal(laneOf(order.salt), 7n);
    assert.equal(sequenceOf(order.salt), 1_800_000_000_000n);
    assert.equal(orderOf({ ...draft, buys: false }, signing)!.size, -5n);
  });

  it("takes first and rests, only rests, or only takes", () => {
    const limit = 59_000n * UNIT;
    assert.equal(orderOf({ ...draft, kind: "limit", limit }, signing)!.use, USE.EITHER);
    assert.equal(orderOf({ ...draft, kind: "post", limit }, signing)!.use, USE.MAKER);
    assert.equal(orderOf({ ...draft, kind: "ioc", limit }, signing)!.use, USE.TAKER);
    assert.equal(orderOf({ ...draft, kind: "limit", limit }, signing)!.limit, limit);
  });

  it("with a trigger only reduces, and waits on the side where it helps", () => {
    const trigger = 55_000n * UNIT;
    const stop = orderOf({ ...draft, kind: "stop", buys: false, trigger }, signing)!;
    assert.deepEqual([stop.reduceOnly, stop.trigger, stop.triggerAbove], [true, trigger, false]);
    assert.equal(stop.limit, 54_725n * UNIT);
    assert.deepEqual(buildOrder(stop), stop);
    // [kind, buys] to whether it waits above: the stop of a short and the gain of a long.
    assert.deepEqual(
      [waitsAbove("stop", false), waitsAbove("stop", true), waitsAbove("take", false), waitsAbove("take", true)],
      [false, true, true, false],
    );
  });

  it("is none while something is missing", () => {
    assert.equal(orderOf({ ...draft, size: 0n }, signing), undefined);
    assert.equal(orderOf({ ...draft, kind: "limit" }, signing), undefined);
    assert.equal(orderOf({ ...draft, kind: "stop" }, signing), undefined);
  });
});

describe("lanes and sequences", () => {
  it("keep open orders alive, and never go back", () => {
    assert.equal(freeLane([]), 0n);
    assert.equal(freeLane([0n, 1n, 3n]), 2n);
    assert.equal(nextSequence(1_800_000_000n, 0n), 1_800_000_000_000n);
    assert.equal(nextSequence(1_800_000_000n, 1_800_000_000_000n), 1_800_000_000_001n);
    assert.equal(nextSequence(1_700_000_000n, 1_800_000_000_005n), 1_800_000_000_006n);
  });
});

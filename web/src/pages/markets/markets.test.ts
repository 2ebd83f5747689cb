// SPDX-License-Identifier: MIT
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { drawn, hourly, levelsOf, notional, usedOf } from "./figures";

const BASE = 10n ** 9n;
const PRICE = 10n ** 18n;

describe("a market's figures", () => {
  it("tell funding of an hour by the mark, and nothing without one", () => {
    // 0.01 quote a second and base at a mark of 36,000 is 0.1% an hour.
    assert.equal(hourly(PRICE / 100n, 36_000n * PRICE), 10n ** 15n);
    assert.equal(hourly(-PRICE / 100n, 36_000n * PRICE), -(10n ** 15n));
    assert.equal(hourly(1n, 0n), undefined);
    assert.equal(hourly(1n, null), undefined);
  });

  it("round what is used of a cap up, and know of no share of a cap of zero", () => {
    assert.equal(usedOf(1n, 3n), 333_334n);
    assert.equal(usedOf(5n, 0n), undefined);
    assert.equal(notional(2n * BASE, 10n * PRICE), 20n * BASE);
  });
});

describe("queues", () => {
  const long = levelsOf([
    { node: 1, entry: 90n * PRICE, gain: 10n * PRICE, size: 2n * BASE },
    { node: 2, entry: 110n * PRICE, gain: -10n * PRICE, size: 4n * BASE },
  ]);

  it("add up what is torn up before a level is done with", () => {
    assert.deepEqual(
      long.map(({ upTo }) => upTo),
      [2n * BASE, 6n * BASE],
    );
  });

  it("are drawn by entry with the mark between, winners told apart", () => {
    const drawing = drawn(long, [], 100n * PRICE)!;
    assert.equal(drawing.mark, 500);
    assert.deepEqual(
      drawing.bars.map(({ x, height, wins }) => [x, height, wins]),
      [
        [0, 500, true],
        [1_000, 1_000, false],
      ],
    );
    assert.equal(drawn([], [], PRICE), undefined);
  });

  it("stand in the middle when all entered at the mark", () => {
    const [level] = levelsOf([{ node: 1, entry: PRICE, gain: 0n, size: BASE }]);
    assert.equal(drawn([level!], [], PRICE)!.bars[0]!.x, 500);
  });
});

// SPDX-License-Identifier: MIT
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { NodeView } from "../../data/lens";
import { barsOf, chargeOf, lampsOf, moveOf, savedBy, worstCharge } from "./figures";

const BASE = 10n ** 9n;
const PRICE = 10n ** 18n;

describe("ADL lights", () => {
  it("are off for whoever loses or holds nothing: nobody closes them", () => {
    assert.equal(lampsOf({ size: BASE, value: -1n, aheadShare: 0 }), 0);
    assert.equal(lampsOf({ size: BASE, value: 0n, aheadShare: 0 }), 0);
    assert.equal(lampsOf({ size: 0n, value: 5n, aheadShare: 0 }), 0);
  });

  it("are all lit at the head of the queue, and one at its end", () => {
    assert.equal(lampsOf({ size: -BASE, value: 5n, aheadShare: 0 }), 5);
    assert.equal(lampsOf({ size: BASE, value: 5n, aheadShare: 199_999 }), 5);
    assert.equal(lampsOf({ size: BASE, value: 5n, aheadShare: 200_000 }), 4);
    assert.equal(lampsOf({ size: BASE, value: 5n, aheadShare: 999_999 }), 1);
    assert.equal(lampsOf({ size: BASE, value: 5n, aheadShare: 1_000_000 }), 1);
  });
});

describe("charges", () => {
  it("fall on the side that the jump favoured alone, rounded up", () => {
    assert.equal(chargeOf(2n * BASE, 10n * PRICE, 3n * PRICE), 6n * BASE);
    assert.equal(chargeOf(-2n * BASE, 10n * PRICE, 3n * PRICE), 0n);
    assert.equal(chargeOf(-2n * BASE, -10n * PRICE, 3n * PRICE), 6n * BASE);
    assert.equal(chargeOf(1n, 1n, 1n), 1n);
    assert.equal(chargeOf(BASE, 0n, PRICE), 0n);
  });

  it("are at most what the jump brought", () => {
    assert.equal(worstCharge(-2n * BASE, 100n * PRICE, 100_000n), 20n * BASE);
  });
});

describe("registering", () => {
  const positions = [
    { market: 4, size: 2n * BASE },
    { market: 5, size: 3n * BASE },
  ];

  it("saves the part of a charge that falls on the relief", () => {
    // It gained 20 and lost 15, and is charged a quarter of its gain.
    assert.equal(savedBy(positions, [10n * PRICE, -5n * PRICE], 5n * BASE, 15n * BASE), (15n * BASE) / 4n);
    assert.equal(savedBy(positions, [10n * PRICE, -5n * PRICE], 0n, 15n * BASE), 0n);
  });

  it("saves nothing of an account that gained nothing", () => {
    assert.equal(savedBy(positions, [-PRICE, -PRICE], 5n, 5n), 0n);
    assert.equal(savedBy([], [], 0n, 0n), 0n);
  });
});

describe("a side's levels as bars", () => {
  it("name the reader's own, and those that win", () => {
    const level = (node: number, size: bigint, gain: bigint) => ({ node, size, gain }) as NodeView;
    const bars = barsOf([level(1, 10n, 5n), level(2, 5n, -5n), level(3, 0n, -9n)], 2);
    assert.deepEqual(bars, [
      { node: 1, height: 100, mine: false, wins: true },
      { node: 2, height: 50, mine: true, wins: false },
      { node: 3, height: 4, mine: false, wins: false },
    ]);
    assert.deepEqual(barsOf([], 1), []);
  });
});

it("a slider's step is a tenth of a percent", () => {
  assert.equal(moveOf(-505), -505_000n);
});

// SPDX-License-Identifier: MIT
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { merged, nextDue, priceOf, stateOf, type BatchView } from "./batches";

const [WINDOW, COOLDOWN] = [600n, 3_600n];

function batch(id: bigint, openedAt: bigint, shares = 10n, pricedShares = 0n): BatchView {
  const closesAt = openedAt + WINDOW;
  return { id, shares, pricedShares, assets: pricedShares, openedAt, closesAt, dueAt: closesAt + COOLDOWN };
}

describe("a batch of redeems", () => {
  it("gathers before it closes, waits, and is due at its second", () => {
    const one = batch(1n, 1_000n);
    assert.equal(stateOf(one, 1_599n), "gathering");
    assert.equal(stateOf(one, 1_600n), "cooling");
    assert.equal(stateOf(one, 5_199n), "cooling");
    assert.equal(stateOf(one, 5_200n), "due");
  });

  it("that the venue could pay in part stays open with the rest", () => {
    assert.equal(stateOf(batch(1n, 0n, 10n, 4n), 99_999n), "partly");
    assert.equal(stateOf(batch(1n, 0n, 10n, 10n), 99_999n), "priced");
  });

  it("takes a request of now while it gathers; else a new one begins", () => {
    const open = [batch(1n, 1_000n), batch(2n, 1_700n)];
    assert.equal(nextDue(open, 2_000n, WINDOW, COOLDOWN), open[1]!.dueAt);
    assert.equal(nextDue(open, 2_300n, WINDOW, COOLDOWN), 2_300n + WINDOW + COOLDOWN);
    assert.equal(nextDue([], 50n, WINDOW, COOLDOWN), 50n + WINDOW + COOLDOWN);
  });

  it("is shown once, as the chain has it, latest first", () => {
    const all = merged([batch(2n, 5n, 9n, 3n)], [batch(2n, 5n, 9n, 0n), batch(1n, 1n, 4n, 4n)]);
    assert.deepEqual(
      all.map(({ id, pricedShares }) => [id, pricedShares]),
      [
        [2n, 3n],
        [1n, 4n],
      ],
    );
  });
});

describe("a share's price", () => {
  it("is token units for one whole share, floor, and unknown without shares", () => {
    assert.equal(priceOf(1_000_000n, 1_000_000_000_000n, 12), 1_000_000n);
    assert.equal(priceOf(2n, 3_000_000_000_000n, 12), 0n);
    assert.equal(priceOf(5n, 0n, 12), undefined);
  });
});

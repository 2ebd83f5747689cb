// SPDX-License-Identifier: MIT
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { MarketParameters } from "../../../../sdk/parameters/market.js";
import { accountTyped, dueOf, offerGain, refundOf, vaultReward, type GroupState } from "./duties";

const BASE = 10n ** 9n;
const QUOTE = 10n ** 9n;
const PRICE = 10n ** 18n;

describe("what a group waits for", () => {
  const state: GroupState = { phase: "NORMAL", gapped: false, until: 0n, anchorsDue: 200n, absorbed: 0 };

  it("is a lock when a mark jumped, and its anchors else", () => {
    assert.deepEqual(dueOf(state, 100n), { what: "anchors", at: 200n });
    assert.deepEqual(dueOf({ ...state, gapped: true }, 100n), { what: "gap", at: 100n });
  });

  it("is the end of a lock at its second, by what it gathered", () => {
    const locked = { ...state, phase: "LOCKED", until: 150n } as const;
    assert.deepEqual(dueOf(locked, 149n), { what: "lock", at: 150n });
    assert.equal(dueOf(locked, 150n).what, "lift");
    assert.equal(dueOf({ ...locked, absorbed: 2 }, 150n).what, "settle");
    assert.equal(dueOf({ ...locked, phase: "SETTLING" }, 100n).what, "settling");
  });
});

describe("rewards", () => {
  const parameters = {
    maintenanceMargin: 30_000n,
    discountFloor: 2_500n,
    discountCap: 15_000n,
  } as MarketParameters;
  const rates = { keeperShare: 500_000n, vaultDiscount: 5_000n };
  const reward = (equity: bigint) =>
    vaultReward({ equity: equity * QUOTE, maintenance: 300n * QUOTE }, parameters, rates, BASE, 10_000n * PRICE);

  it("of a takeover are the keeper's part of the discount, when the vault has its own", () => {
    // At half of maintenance the discount is 1.5%: half of it is the keeper's, 0.75% of 10,000.
    assert.equal(reward(150n), 75n * QUOTE);
    // A little below maintenance the discount is less than what the vault keeps: nothing is left.
    assert.equal(reward(299n), 0n);
  });

  it("of a called account above maintenance, and of one below zero, are nothing", () => {
    assert.equal(reward(320n), 0n);
    assert.equal(reward(-1n), 0n);
  });

  it("of a settlement never exceed what was owed, and are none for dust", () => {
    assert.equal(refundOf(500n, 5n, 100n), 5n);
    assert.equal(refundOf(100n, 500n, 100n), 100n);
    assert.equal(refundOf(99n, 5n, 100n), 0n);
  });

  it("of inventory are the distance to the mark for either side", () => {
    assert.equal(offerGain(2n * BASE, 100n * PRICE, 99n * PRICE), 2n * QUOTE);
    assert.equal(offerGain(-2n * BASE, 100n * PRICE, 101n * PRICE), 2n * QUOTE);
  });
});

describe("accounts that are typed", () => {
  const owner = `0x${"00".repeat(19)}01`;

  it("are ids, addresses, or addresses with a number", () => {
    assert.equal(accountTyped(owner), 1n << 32n);
    assert.equal(accountTyped(` ${owner} #3 `), (1n << 32n) + 3n);
    assert.equal(accountTyped("4294967299"), (1n << 32n) + 3n);
  });

  it("are nothing else", () => {
    for (const typed of ["", "0", "0x12", `${owner}#4294967296`, "-5", "1e9", "9".repeat(58)]) {
      assert.equal(accountTyped(typed), undefined, typed);
    }
  });
});

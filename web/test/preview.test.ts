// SPDX-License-Identifier: MIT
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Book } from "../src/data/relay/book";
import {
  aheadOf,
  increaseRate,
  liquidationOf,
  previewOf,
  reducible,
  worstCharge,
  type MarketTerms,
  type Wish,
} from "../src/pages/trade/preview";

const UNIT = 10n ** 18n;
const NANO = 10n ** 9n;
const terms: MarketTerms = {
  mark: 100n * UNIT,
  openInterest: 0n,
  initialMargin: 50_000n,
  maintenanceMargin: 30_000n,
  takerFee: 400n,
  makerFee: 100n,
  softCap: 1_000n * NANO,
  hardCap: 2_000n * NANO,
  minNotional: 10n * NANO,
};
const book: Book = {
  sequence: 1,
  bids: [{ price: 99n * UNIT, size: 2n * NANO }],
  asks: [
    { price: 101n * UNIT, size: 1n * NANO },
    { price: 102n * UNIT, size: 5n * NANO },
  ],
};
const account = { equity: 100n * NANO, initial: 0n, maintenance: 0n, cash: 100n * NANO };
const flat = { size: 0n, value: 0n };
const buy = (size: bigint, limit: bigint, more: Partial<Wish> = {}): Wish => ({
  size: size * NANO,
  limit: limit * UNIT,
  takes: true,
  rests: false,
  reduceOnly: false,
  ...more,
});

describe("what an order would leave", () => {
  it("walks the book up to its limit, and drops or rests what is left", () => {
    const taken = previewOf(account, flat, terms, buy(3n, 102n), book);
    assert.equal(taken.taken, 3n * NANO);
    assert.equal(taken.averagePrice, (305n * UNIT) / 3n);
    // 101 and 2 * 102 at 0.04%, each rounded up.
    assert.equal(taken.fee, 40_400_000n + 81_600_000n);
    assert.equal(taken.equityAfter, 100n * NANO - 1n * NANO - 4n * NANO - taken.fee);
    const part = previewOf(account, flat, terms, buy(3n, 101n), book);
    assert.deepEqual([part.taken, part.dropped, part.resting], [1n * NANO, 2n * NANO, 0n]);
    const rests = previewOf(account, flat, terms, buy(3n, 101n, { rests: true }), book);
    assert.deepEqual([rests.taken, rests.dropped, rests.resting], [1n * NANO, 0n, 2n * NANO]);
    assert.equal(rests.sizeAfter, 3n * NANO);
    assert.equal(rests.fee, 40_400_000n + 20_200_000n);
  });

  it("takes nothing when it only rests, and nothing of a book that is not there", () => {
    assert.equal(previewOf(account, flat, terms, buy(1n, 105n, { takes: false, rests: true }), book).taken, 0n);
    assert.equal(previewOf(account, flat, terms, buy(1n, 105n), undefined).dropped, 1n * NANO);
  });

  it("needs margin for all that is held, at the raised rate of a crowded market", () => {
    const held = { size: 2n * NANO, value: 0n };
    const before = { ...account, initial: 10n * NANO, maintenance: 6n * NANO };
    const preview = previewOf(before, held, terms, buy(1n, 101n), book);
    assert.equal(preview.required, 15n * NANO);
    assert.equal(preview.maintenanceAfter, 9n * NANO);
    const crowded = previewOf(before, held, { ...terms, openInterest: 1_499n * NANO }, buy(1n, 101n), book);
    assert.equal(crowded.required, (300n * NANO * increaseRate(terms, 1_500n * NANO)) / 1_000_000n);
    assert.equal(increaseRate(terms, 1_500n * NANO), 525_000n);
  });

  it("only reduces when it may only reduce", () => {
    assert.equal(reducible(2n, -3n), -2n);
    assert.equal(reducible(-2n, 3n), 2n);
    assert.equal(reducible(2n, 3n), 0n);
    assert.equal(reducible(0n, -3n), 0n);
    const held = { size: 1n * NANO, value: 0n };
    const wish: Wish = { ...buy(-5n, 99n), reduceOnly: true };
    const preview = previewOf({ ...account, initial: 5n * NANO, maintenance: 3n * NANO }, held, terms, wish, book);
    assert.equal(preview.sizeAfter, 0n);
    assert.equal(preview.reduces, true);
    assert.equal(preview.liquidationAfter, undefined);
  });
});

describe("the liquidation price", () => {
  it("is the highest failing mark of a long and the lowest of a short", () => {
    // 10 equity, 1 long at 100: 10 + (m - 100) < 0.03 m, so m < 90 / 0.97.
    const long = liquidationOf(1n * NANO, 10n * NANO, 0n, terms)!;
    const fails = (m: bigint) => {
      const equity = 10n * NANO + (m - 100n * UNIT) / NANO - ((m - 100n * UNIT) % NANO === 0n ? 0n : 1n);
      return equity < (((m + NANO - 1n) / NANO) * 30_000n + 999_999n) / 1_000_000n;
    };
    assert.equal(fails(long), true);
    assert.equal(fails(long + NANO * 2n), false);
    const short = liquidationOf(-1n * NANO, 10n * NANO, 0n, terms)!;
    assert.ok(short > 106n * UNIT && short < 107n * UNIT);
  });

  it("is none when no mark does that, and never zero", () => {
    assert.equal(liquidationOf(1n * NANO, 200n * NANO, 0n, terms), undefined);
    assert.equal(liquidationOf(0n, 10n * NANO, 0n, terms), undefined);
  });
});

describe("the queue and the charge", () => {
  const nodes = [
    { gain: 9n, size: 5n, node: 1 },
    { gain: 7n, size: 3n, node: 2 },
    { gain: 2n, size: 8n, node: 3 },
  ];

  it("stand behind levels that gain as much, without the own size", () => {
    assert.equal(aheadOf(nodes, 10n, undefined), 0n);
    assert.equal(aheadOf(nodes, 7n, undefined), 8n);
    assert.equal(aheadOf(nodes, 7n, { node: 2, size: 3n }), 5n);
    assert.equal(aheadOf(nodes, 1n, { node: 2, size: 2n }), 14n);
  });

  it("cost at most what a jump gave", () => assert.equal(worstCharge(-2n * NANO, 100n * UNIT, 100_000n), 20n * NANO));
});

// SPDX-License-Identifier: MIT
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { accessTold } from "../src/data/access";
import type { Draft } from "../src/pages/trade/draft";
import { flawOf, type Situation } from "../src/pages/trade/checks";
import { previewOf, type MarketTerms } from "../src/pages/trade/preview";
import { accessText } from "../src/text/access";
import { tradeText } from "../src/text/trade";

describe("an access gate", () => {
  it("says nothing to an owner who is admitted, and nothing before that is known", () => {
    assert.equal(accessTold(true, 0), undefined);
    assert.equal(accessTold(true, 2), undefined);
    assert.equal(accessTold(undefined, 0), undefined);
  });

  it("tells a barred owner what to do, and one with positions that they can be saved", () => {
    assert.equal(accessTold(false, 0), accessText.flat);
    assert.equal(accessTold(false, 1), accessText.holding);
    assert.match(accessText.flat, /admitted/);
    assert.match(accessText.holding, /deposit to save them/);
  });
});

describe("an order of whoever the gate does not admit", () => {
  const [BASE, PRICE] = [10n ** 9n, 10n ** 18n];
  const terms: MarketTerms = {
    ...{ mark: 100n * PRICE, openInterest: 0n, initialMargin: 50_000n, maintenanceMargin: 30_000n },
    ...{ takerFee: 400n, makerFee: 100n, softCap: 1_000n * BASE, hardCap: 2_000n * BASE, minNotional: 10n * BASE },
  };
  const market: Situation["market"] = {
    ...{ fresh: true, settled: false, lockedUntil: 0n, pauseLevel: 0, priceBand: 50_000n, terms },
    phase: "NORMAL",
  };
  const account = { equity: 100n * BASE, initial: 0n, maintenance: 0n, cash: 100n * BASE };
  /** Sells at 99, holding so much. */
  const flaw = (barred: boolean, held: bigint, size = BASE) => {
    const draft: Draft = { kind: "limit", buys: false, size, limit: 99n * PRICE, reduceOnly: false, slippage: 0n };
    const wish = { size: -size, limit: 99n * PRICE, takes: true, rests: true, reduceOnly: false };
    const preview = previewOf(account, { size: held, value: 0n }, terms, wish, undefined);
    const situation: Situation = {
      ...{ connected: true, rightChain: true, chainThere: true, relayThere: true, market, book: undefined },
      ...{ barred, equity: account.equity, held },
    };
    return flawOf(draft, situation, preview);
  };

  it("is refused before it is signed when it would enlarge a position, open or turn one", () => {
    for (const [held, size] of [
      [0n, BASE],
      [-BASE, BASE],
      [BASE, 2n * BASE],
    ] as const) {
      assert.equal(flaw(true, held, size), tradeText.closed.barred);
      assert.equal(flaw(false, held, size), undefined);
    }
  });

  it("is taken when it reduces or closes", () => {
    assert.equal(flaw(true, BASE), undefined);
    assert.equal(flaw(true, 2n * BASE), undefined);
  });
});

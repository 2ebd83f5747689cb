// SPDX-License-Identifier: MIT
import { expect } from "chai";
import type { AccountInput } from "../../keeper/scan/AccountInput.js";
import { exactHealth } from "../../keeper/scan/exact.js";
import { ExactColumn } from "../../keeper/scan/ExactColumn.js";
import { shareUp } from "../../sdk/arithmetic.js";
import { NEW_FRAME } from "../../sdk/frame.js";
import { healthOf } from "../../sdk/reference/margin.js";
import type { Quote } from "../../sdk/reference/quote.js";
import { FINE, FINE_UNIT, type Account, type State } from "../../sdk/reference/state.js";
import { price, type Price } from "../../sdk/units.js";
import { Random } from "../differential/random.js";
import { Adversary } from "./Adversary.js";
import { quoteAt, recordedQuote, staleQuote, type MarketInput } from "./quotes.js";

const CALL = 1_250_000n;

describe("keeper's exact health", () => {
  it("is to the unit that of the reference, which is held against the contracts", () => {
    for (let seed = 1; seed <= 200; ++seed) {
      const group = Adversary.group(seed);
      for (let i = 0; i < 3; ++i) group.move();
      const account = group.account();
      const quotes = group.quotes();
      const own = exactHealth(account, quotes, CALL, () => NEW_FRAME);
      const parameters = quotes.map(({ maintenance }) => ({ maintenanceMargin: maintenance, initialMargin: 0n }));
      const state = { groups: [{ markets: parameters.map((each) => ({ parameters: each })) }] } as unknown as State;
      const recorded = quotes.map((quote) => ({ ...quote, anchor: price(0n), recordedMark: price(0n) }) as Quote);
      const health = healthOf(state, referenceOf(account), recorded);
      expect(own.equity).to.equal(health.equity);
      expect(own.maintenance).to.equal(health.maintenance);
      expect(own.callLevel).to.equal(shareUp(health.maintenance, CALL));
      expect(own.fresh).to.equal(health.fresh);
    }
  });

  it("reads marks through funding and charges, and worsens the last one for both sides while stale", () => {
    const market: MarketInput = {
      funding: price(-7n),
      chargeLong: price(3n),
      chargeShort: price(5n),
      recordedMark: price(1_000_000_007n),
      staleShock: 50_000n,
      maintenance: 30_000n,
    };
    const sides = ({ mark, long, short }: { mark: Price; long: Price; short: Price }) => [mark, long, short];
    expect(sides(quoteAt(market, price(2_000_000_000n)))).to.deep.equal([
      2_000_000_000n,
      2_000_000_004n,
      2_000_000_012n,
    ]);
    expect(sides(recordedQuote(market))).to.deep.equal([1_000_000_000n, 1_000_000_004n, 1_000_000_012n]);
    expect(sides(staleQuote(market))).to.deep.equal([1_000_000_000n, 950_000_004n, 1_050_000_012n]);
    expect(staleQuote(market).fresh).to.equal(false);
    expect(recordedQuote({ ...market, recordedMark: price(3n) }).mark).to.equal(10n ** 6n);
  });
});

describe("a column of exact numbers", () => {
  it("gives back what was put in, of 64 bits or more, also when it is written over", () => {
    const random = new Random(7);
    const any = () => {
      const magnitude = BigInt(Math.floor(random.next() * 2 ** 52)) << BigInt(random.whole(0, 75));
      return random.chance(0.5) ? magnitude : -magnitude;
    };
    const edges = [2n ** 127n - 1n, -(2n ** 127n), 2n ** 64n, -(2n ** 64n), 2n ** 63n, 2n ** 63n - 1n];
    const values = [...edges, -(2n ** 63n), -(2n ** 63n) + 1n, -1n, 0n, ...Array.from({ length: 500 }, any)];
    const column = new ExactColumn(values.length);
    values.forEach((value, i) => column.set(i, value));
    values.forEach((value, i) => expect(column.get(i)).to.equal(value));
    values.reverse().forEach((value, i) => column.set(i, value));
    values.forEach((value, i) => expect(column.get(i)).to.equal(value));
  });
});

/** The same account as the reference keeps it: what each position cost, at one frame. */
function referenceOf({ id, cash, positions }: AccountInput): Account {
  const kept = positions.map(({ market, shares, offset }) => {
    const position = { fine: shares << FINE, cost: offset * FINE_UNIT, rank: price(0n), node: 0n };
    return [market, position] as const;
  });
  return {
    id,
    cash,
    group: 0,
    positions: new Map(kept),
    pledges: new Map(),
    calledAt: 0n,
    fresh: undefined,
  } as unknown as Account;
}

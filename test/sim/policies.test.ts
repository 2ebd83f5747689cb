// SPDX-License-Identifier: MIT
import { expect } from "chai";
import { jain, jainOfEquals, measure, type Standing } from "../../sim/policies/metrics.js";
import { after, equityOf, gainOf, neededOf, type Holder, type Terms } from "../../sim/policies/policy.js";
import { bankruptcyPrice, production, profit } from "../../sim/policies/queues.js";
import { randomOrder, wealthProRata, wholeSide } from "../../sim/policies/shares.js";
import { accountTotals, summarise, type PlayedRound } from "../../sim/policies/summary.js";
import { near } from "./near.js";

// Shorts at a mark of 90 after a fall from 100; longs of 3 are bankrupt at 100, so 30 are needed.
const terms: Terms = { sign: -1, qty: 3, price: 100, mark: 90 };
const holders: Holder[] = [
  { id: "old", size: 2, entry: 150, cash: 500 }, // gain 120, equity 620, notional 180
  { id: "levered", size: 2, entry: 110, cash: 5 }, // gain 40, equity 45, notional 180
  { id: "small", size: 1, entry: 120, cash: 60 }, // gain 30, equity 90, notional 90
  { id: "loser", size: 5, entry: 80, cash: 100 }, // gain -50, equity 50, notional 450
];

const closedOf = (shares: { closed: number }[]) => shares.map(({ closed }) => closed);

describe("Policies of others", () => {
  it("gain, equity and budget are those of the mark", () => {
    expect(holders.map((holder) => gainOf(holder, terms))).to.deep.equal([120, 40, 30, -50]);
    expect(holders.map((holder) => equityOf(holder, terms))).to.deep.equal([620, 45, 90, 50]);
    expect(neededOf(terms)).to.equal(30);
    expect(neededOf({ ...terms, sign: 1, mark: 110 })).to.equal(30);
  });

  it("production queue: (entry / mark) * (notional / equity) for shorts, position by position", () => {
    // old 1.667 * 0.29 = 0.48, levered 1.222 * 4 = 4.9, small 1.333 * 1 = 1.33; the loser's 0.889 * 9 = 8 does not
    // count
    const shares = production(holders, terms);
    expect(closedOf(shares)).to.deep.equal([0, 2, 1, 0]);
    expect(shares.map(({ haircut }) => haircut)).to.deep.equal([0, 20, 10, 0]);
    expect(closedOf(production(holders, { ...terms, qty: 6 }))).to.deep.equal([2, 2, 1, 1]);
  });

  it("production queue: (mark / entry) * (notional / equity) for longs", () => {
    const longs: Holder[] = [
      { id: "a", size: 1, entry: 50, cash: 40 }, // mark 100: gain 50, equity 90; 2 * 1.11 = 2.2
      { id: "b", size: 1, entry: 80, cash: 20 }, // gain 20, equity 40; 1.25 * 2.5 = 3.1
    ];
    const shares = production(longs, { sign: 1, qty: 1.5, price: 95, mark: 100 });
    expect(closedOf(shares)).to.deep.equal([0.5, 1]);
    expect(shares.map(({ haircut }) => haircut)).to.deep.equal([2.5, 5]);
  });

  it("production queue: who is in default himself comes last", () => {
    const broke: Holder = { id: "broke", size: 1, entry: 80, cash: 5 }; // equity -5
    expect(closedOf(production([broke, holders[2]!], { ...terms, qty: 1 }))).to.deep.equal([0, 1]);
  });

  it("profit queue: the largest gain per unit first", () => {
    // 60, 20, 30 and -10 a unit
    expect(closedOf(profit(holders, terms))).to.deep.equal([2, 0, 1, 0]);
  });

  it("bankruptcy-price queue: the nearest to his own bankruptcy first", () => {
    // equity over notional: 3.44, 0.25, 1
    expect(closedOf(bankruptcyPrice(holders, { ...terms, qty: 4 }))).to.deep.equal([1, 2, 1, 0]);
  });

  it("whole-side pro rata: the same share of every position, losers too", () => {
    const shares = wholeSide(holders, terms);
    expect(closedOf(shares)).to.deep.equal([0.6, 0.6, 0.3, 1.5]);
    near(
      shares.reduce((sum, { haircut }) => sum + haircut, 0),
      30,
      1e-9,
    );
  });

  it("random order: positions in full, in the order drawn, the last in part", () => {
    const zero = () => 0; // Fisher-Yates with zeros: 3, 0, 1, 2 become 1, 2, 3, 0
    expect(closedOf(randomOrder(zero)(holders, terms))).to.deep.equal([0, 2, 1, 0]);
  });

  it("wealth pro rata: the budget in proportion to the smaller of gain and equity, nothing closed", () => {
    // 120, 40, 30, 0: 30 of 190
    const shares = wealthProRata(holders, terms);
    expect(closedOf(shares)).to.deep.equal([0, 0, 0, 0]);
    [120, 40, 30, 0].forEach((wealth, index) => {
      near(shares[index]!.haircut, (wealth * 30) / 190, 1e-9);
    });
  });

  it("a close pays out the gain less the haircut, and the rest lives on", () => {
    const rest = after(holders.slice(0, 2), terms, [
      { closed: 2, haircut: 20 },
      { closed: 1, haircut: 10 },
    ]);
    // old is gone; levered got 20 of gain less 10
    expect(rest).to.deep.equal([{ id: "levered", size: 1, entry: 110, cash: 15 }]);
  });

  it("more than the side holds closes the side", () => {
    expect(closedOf(profit(holders, { ...terms, qty: 100 }))).to.deep.equal([2, 2, 1, 5]);
    expect(closedOf(wholeSide(holders, { ...terms, qty: 100 }))).to.deep.equal([2, 2, 1, 5]);
  });
});

const standings: Standing[] = holders.map((holder) => ({
  id: holder.id,
  size: holder.size,
  gain: gainOf(holder, terms),
  equity: equityOf(holder, terms),
  atAnchor: equityOf(holder, { ...terms, mark: 100 }),
  level: holder.id === "old" ? "a" : "b",
}));
const facts = { asset: "X", time: 0, wave: 1, mark: 90, price: 100, qty: 3, needed: 30 };

describe("Metrics", () => {
  it("Jain's index is 1 for equal shares, 1/n when one has all, 1 when nobody has any", () => {
    near(jain([0.2, 0.2, 0.2]), 1, 1e-12);
    expect(jain([1, 0, 0, 0])).to.equal(0.25);
    near(jain([1, 0.5]), 2.25 / 2.5, 1e-12);
    expect(jain([0, 0])).to.equal(1);
  });

  it("among equals only levels of two and more of which something was closed count, by their holders", () => {
    const row = (level: string, fraction: number) => ({ level, fraction });
    expect(jainOfEquals([row("a", 1), row("b", 0), row("b", 0)])).to.equal(1);
    // b: 0.5 for two; c: 1 for three
    const rows = [row("b", 1), row("b", 0), row("c", 1), row("c", 1), row("c", 1), row("d", 1)];
    near(jainOfEquals(rows), (0.5 * 2 + 3) / 5, 1e-12);
  });

  it("a queue by profit: what it takes, touches and spares", () => {
    const metrics = measure(facts, standings, profit(holders, terms));
    expect(metrics).to.include({ taken: 30, needed: 30, closed: 3, holders: 4, touched: 2, closedAccounts: 2 });
    expect(metrics).to.include({ fullCloses: 2, largestFraction: 1, losersClosed: 0, losersCharged: 0, ptsr: null });
    near(metrics.largestHaircutOfEquity, 10 / 90, 1e-12); // small
    near(metrics.largestHaircutOfGain, 10 / 30, 1e-12);
    near(metrics.haircutSpread, 10 / 90, 1e-12); // 10 a unit, or nothing
    near(metrics.jainWinners, 4 / 6, 1e-12); // 1, 0, 1
    expect(metrics.largestSurvivor).to.equal(100); // old: 120 - 20
    expect(metrics.belowAnchor).to.equal(0);
  });

  it("losers that are closed while a winner is open are counted, and after all winners not", () => {
    expect(measure(facts, standings, wholeSide(holders, terms)).losersClosed).to.equal(1.5);
    expect(measure(facts, standings, profit(holders, { ...terms, qty: 6 })).losersClosed).to.equal(0);
  });

  it("PTSR is the largest survivor over what is left to cover", () => {
    const half = [15, 0, 0, 0].map((haircut) => ({ closed: 0, haircut }));
    expect(measure(facts, standings, half).ptsr).to.equal(105 / 15);
  });

  it("who ends below his equity at the anchor is counted", () => {
    // small had 80 at the anchor, and has 90 now
    const shares = [0, 0, 10.1, 0].map((haircut) => ({ closed: 0, haircut }));
    expect(measure(facts, standings, shares).belowAnchor).to.equal(1);
    shares[2]!.haircut = 10;
    expect(measure(facts, standings, shares).belowAnchor).to.equal(0);
  });

  it("a summary adds rounds up by notional, and marks closes to later prices", () => {
    const shares = profit(holders, terms).map((share, index) => ({ ...share, id: holders[index]!.id }));
    const played: PlayedRound = {
      metrics: measure(facts, standings, shares),
      sign: -1,
      waveEndMark: 85,
      endMark: 95,
      shares,
      holders: holders.map(({ id }) => `X ${id}`),
    };
    const summary = summarise("p", [played, { ...played, metrics: { ...played.metrics, wave: 2, taken: 33 } }]);
    expect(summary).to.include({ needed: 60, taken: 63, overshoot: 3, residual: 0, rounds: 2, transactions: 4 });
    expect(summary).to.include({ accountsTouched: 2, touchedShare: 0.5, topTenShare: 1, maxGas: null, onChain: false });
    // Closed shorts of 3 missed a fall of 5 in each round, and were spared a rise of 5.
    expect(summary).to.include({ markoutWaveEnd: 30, markoutEnd: -30, closedNotional: 540 });
    near(summary.meanWaveHaircutOfEquity, 10 / 90, 1e-12);
    expect(accountTotals([played]).map(({ id, haircut }) => [id, haircut])).to.deep.equal([
      ["X old", 20],
      ["X small", 10],
    ]);
  });
});

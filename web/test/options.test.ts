// SPDX-License-Identifier: MIT
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { black76 as exactBlack76 } from "../../sdk/reference/options/black76.js";
import { DIGITS, fixed } from "../../sdk/reference/options/fixed.js";
import { seriesOf } from "../../sdk/options/series.js";
import { parseServices } from "../src/chain/services";
import type { MarginFigures } from "../src/data/options/lens";
import { judge, type Judged } from "../src/pages/options/judge";
import { closingLeg, inOrder, limitAt, tradeLegs, withClosing, withLeg, type LegForm } from "../src/pages/options/legs";
import { optionLimit } from "../src/pages/options/optionLimit";
import { black76, breakEvens, payoffOf, type PayoffLeg } from "../src/pages/options/payoff";
import { bindingOf, scenariosOf } from "../src/pages/options/scenarios";

const UNIT = 10n ** 9n;
const asNumber = (x: bigint): number => Number((x << 60n) >> DIGITS) / 2 ** 60;

const figures = (change: Partial<MarginFigures> = {}): MarginFigures => ({
  ...{ equity: 100n, atAnchor: 100n, atRecorded: 100n, initial: 50n, maintenance: 40n },
  profits: Array.from({ length: 16 }, (_, index) => BigInt(-index)) as unknown as MarginFigures["profits"],
  ...{ worst: 15, binding: 0, shortMinimum: 1n, basis: 2n, legs: 2n, arraysFresh: true },
  ...change,
});

describe("legs of a spread", () => {
  const call = seriesOf(1, { type: "call", ladder: 0, strike: 7 });
  const put = seriesOf(1, { type: "put", ladder: 0, strike: 7 });
  const leg = (change: Partial<LegForm> = {}): LegForm => ({
    ...{ series: call, buys: true, size: "2", price: "10.5" },
    ...change,
  });

  it("take the place of one of the same series, and keep its size", () => {
    const legs = withLeg([leg()], leg({ buys: false, size: "" }));
    assert.deepEqual(legs, [leg({ buys: false })]);
  });

  it("are at most four, and a new one is as large as the first", () => {
    let legs: readonly LegForm[] = [];
    for (let strike = 0; strike < 6; ++strike)
      legs = withLeg(legs, leg({ series: seriesOf(1, { type: "put", ladder: 0, strike }), size: strike ? "" : "3" }));
    assert.equal(legs.length, 4);
    assert.equal(legs[3]!.size, "3");
  });

  it("are signed by size, exactly, and none while one is incomplete", () => {
    const legs = [leg(), leg({ series: put, buys: false, size: "0.000000001", price: "1e3" })];
    assert.equal(tradeLegs(legs), undefined);
    assert.deepEqual(tradeLegs([legs[0]!, leg({ series: put, buys: false })]), [
      { series: call, size: 2n * UNIT, price: 105n * 10n ** 17n },
      { series: put, size: -2n * UNIT, price: 105n * 10n ** 17n },
    ]);
  });

  it("close a position: all of it, on the other side, at the best price or the mark, and never turn it round", () => {
    const position = {
      series: Number(call),
      size: -1_500_000_001n,
      mark: 100_004_900_000_000_000_000n,
    };
    const closing = { series: call, buys: true, size: "1.500000001", closes: true };
    assert.deepEqual(closingLeg(position, undefined), { ...closing, price: "100.00" });
    assert.deepEqual(closingLeg(position, 100_004_900_000_000_000_000n), { ...closing, price: "100.0049" });
    assert.equal(closingLeg({ ...position, size: 1n }, undefined).buys, false);
  });

  it("close several positions together, but not beside what opens, and never more than four", () => {
    const closing = (strike: number): LegForm =>
      leg({ series: seriesOf(1, { type: "put", ladder: 0, strike }), size: `${strike}`, closes: true });
    assert.deepEqual(withClosing([leg()], closing(1)), [closing(1)]);
    assert.deepEqual(withClosing([closing(1)], closing(2)), [closing(1), closing(2)]);
    const four = [1, 2, 3, 4].map(closing);
    assert.deepEqual(withClosing(four, { ...closing(2), price: "9" }), [
      four[0],
      { ...closing(2), price: "9" },
      ...four.slice(2),
    ]);
    assert.deepEqual(withClosing(four, closing(5)), [closing(5)]);
  });

  it("are at the best price to its last digit, so that it is reached", () => {
    assert.equal(limitAt(100_004_900_000_000_000_000n, 1n), "100.0049");
    assert.equal(limitAt(undefined, 1_234_567_800_000_000_000_000n), "1234.57");
  });

  it("are sent with what is bought first", () => {
    const legs = [leg({ buys: false }), leg({ series: put })];
    assert.deepEqual(
      inOrder(legs).map(({ series }) => series),
      [put, call],
    );
  });
});

describe("the drawing of a payoff", () => {
  it("prices as the reference does, to a millionth of the forward", () => {
    for (const [strike, deviation] of [
      [57_000, 0.17],
      [60_000, 0.05],
      [80_000, 0.4],
      [40_000, 0.9],
    ] as const) {
      const terms = { forward: fixed("60000"), strike: fixed(String(strike)), deviation: fixed(String(deviation)) };
      const exact = asNumber(exactBlack76({ ...terms, isCall: true }));
      assert.ok(Math.abs(black76(60_000, strike, deviation) - exact) < 0.06, `${strike} ${deviation}`);
    }
  });

  it("of a call spread is flat, then rises, then flat, and crosses zero once", () => {
    const leg = { type: "call" as const, carry: 1, vol: 0.6, years: 0.1 };
    const legs: PayoffLeg[] = [
      { ...leg, size: 1, price: 200, strike: 4_000 },
      { ...leg, size: -1, price: 100, strike: 4_250 },
    ];
    const points = payoffOf(legs, 3_000, 5_000, 201);
    assert.equal(points[0]!.atExpiry, -100);
    assert.equal(points.at(-1)!.atExpiry, 150);
    const [zero, ...more] = breakEvens(points);
    assert.ok(Math.abs(zero! - 4_100) < 1e-6);
    assert.deepEqual(more, []);
    assert.ok(points[100]!.now > -100 && points[100]!.now < 150);
  });

  it("has a future come to the price at its expiry, its basis gone", () => {
    const [point] = payoffOf(
      [{ type: "future", size: 2, price: 4_040, strike: 0, carry: 1.01, vol: 0, years: 0.2 }],
      4_000,
      4_100,
      2,
    );
    assert.ok(Math.abs(point!.now) < 1e-9);
    assert.equal(point!.atExpiry, -80);
  });
});

describe("scenarios", () => {
  const moves = { scanRange: 160_000, extremeMove: 480_000 };

  it("are sixteen, and one is said to decide, unless something else does", () => {
    const list = scenariosOf(figures({ worst: 10 }), moves);
    assert.equal(list.length, 16);
    assert.deepEqual(
      list.flatMap(({ binds }, index) => (binds ? [index] : [])),
      [10],
    );
    assert.equal(bindingOf(figures({ worst: 10 }), moves), "Price up 16.0%, volatility up");
    assert.equal(
      scenariosOf(figures({ binding: 1 }), moves).some(({ binds }) => binds),
      false,
    );
    assert.equal(new Set(list.map(({ move, vol }) => move + vol)).size, 16);
  });
});

describe("what the contracts would refuse", () => {
  const PRICE = 10n ** 18n;
  const group = {
    ...{ phase: 0, fresh: true, spotFresh: true, group: 1, levelTime: 0n },
    live: { spot: 4_000n * PRICE } as Judged["group"]["live"],
    params: { minNotional: 10_000_000_000, priceBand: 20_000 },
    risk: { maxLegs: 16 },
  };
  const leg = { series: 263n, size: UNIT, price: 100n * PRICE, held: 0n, mark: 90n * PRICE, forward: 4_000n * PRICE };
  const legs = [{ ...leg, open: true }];
  const given: Judged = { account: 7n, group, legs, rests: false, barred: false, before: figures(), later: figures() };
  const nameOf = (change: Partial<Judged>) => judge({ ...given, ...change })?.name;

  it("is nothing above initial margin, and named below it, with what is needed", () => {
    assert.equal(nameOf({}), undefined);
    const later = figures({ equity: 49n });
    assert.equal(nameOf({ later }), "InsufficientMargin");
    assert.match(judge({ ...given, later })!.sentence, /needs 0\.00000005 quote/);
  });

  it("lets who only reduces be below initial margin, unless equity over maintenance falls", () => {
    const before = figures({ equity: 30n, initial: 60n, maintenance: 45n });
    const reducing = [{ ...leg, open: true, held: -3n * UNIT }];
    const good = figures({ equity: 29n, initial: 53n, maintenance: 40n });
    const worse = figures({ equity: 20n, initial: 53n, maintenance: 40n });
    assert.equal(nameOf({ before, legs: reducing, later: good }), undefined);
    assert.equal(nameOf({ before, legs: reducing, later: worse }), "InsufficientMargin");
    assert.equal(nameOf({ before, legs: [{ ...leg, open: true, held: UNIT }], later: good }), "InsufficientMargin");
  });

  it("names what is below zero at the anchor, a lock, an old level, and a series that has expired", () => {
    const unsound = judge({ ...given, later: figures({ atAnchor: -1n, atRecorded: -2n }) })!;
    assert.equal(unsound.name, "UnsoundAtAnchor");
    assert.match(unsound.sentence, /-0\.000000001 quote, -0\.000000002 quote/);
    assert.equal(nameOf({ group: { ...group, phase: 1 } }), "GroupLocked");
    assert.equal(nameOf({ group: { ...group, fresh: false } }), "PriceNotFresh");
    assert.equal(nameOf({ group: { ...group, spotFresh: false } }), "PriceNotFresh");
    assert.equal(nameOf({ legs: [{ ...leg, open: false }] }), "SeriesNotTradable");
  });

  it("is new risk of whoever the access gate does not admit; what only reduces is not", () => {
    assert.equal(nameOf({ barred: true }), "AccessDenied");
    const open = { ...leg, open: true };
    assert.equal(nameOf({ barred: true, legs: [{ ...open, held: -UNIT }] }), undefined, "it closes");
    assert.equal(nameOf({ barred: true, legs: [{ ...open, held: -UNIT / 2n }] }), "AccessDenied", "it turns");
    assert.equal(nameOf({ barred: true, legs: [{ ...open, held: -UNIT }, open] }), "AccessDenied");
  });

  it("names what is too small, too many, and too far from the mark to rest", () => {
    const tiny = { ...leg, open: true, size: 1_000_000n };
    assert.equal(nameOf({ legs: [tiny] }), "FillTooSmall");
    assert.equal(nameOf({ legs: [{ ...tiny, held: -1_000_000n }] }), undefined, "it closes");
    assert.equal(nameOf({ legs: [{ ...leg, open: true, held: -UNIT - 1_000_000n }] }), "PositionTooSmall");
    assert.equal(nameOf({ later: figures({ legs: 17n }) }), "TooManyLegs");
    const far = [{ ...leg, open: true, price: 171n * PRICE }];
    assert.equal(nameOf({ legs: far }), undefined, "a limit for taking may be wide");
    assert.equal(nameOf({ legs: far, rests: true }), "OutsidePriceBand");
  });
});

describe("what may leave an options account", () => {
  const venue = { uncoveredGroups: 0, recoveryRate: 10n ** 18n, outflowLeft: 10n ** 15n, outflowWindowEnds: 0n };
  const account = { cash: 80n, phase: 0, fresh: true, positions: [{}] as never, margin: figures() };
  const sound = { atAnchor: 9_000n, atRecorded: 9_000n };
  const max = (change: object, at = venue) => optionLimit({ ...account, ...change }, at as never, 0n).max;

  it("is the cash less initial margin, solvent at the anchors, and all of it when flat", () => {
    assert.equal(max({}), 30n);
    assert.equal(max({ margin: figures({ atAnchor: 4n }) }), 4n);
    assert.equal(max({ margin: figures({ equity: 10n }) }), 0n);
    assert.equal(max({ positions: [] }), 80n);
    // Of a margin that is large enough to move, a thousandth more stays.
    assert.equal(max({ cash: 9_000n, margin: figures({ equity: 9_000n, initial: 5_000n, atAnchor: 9_000n }) }), 100n);
    assert.equal(max({ cash: 9_000n, margin: figures({ equity: 9_000n, initial: 5_000n, ...sound }) }), 3_995n);
  });

  it("is nothing in a lock, by an old level, and while defaults may exceed what can be charged", () => {
    assert.equal(max({ phase: 1 }), 0n);
    assert.equal(max({ fresh: false }), 0n);
    assert.equal(max({}, { ...venue, uncoveredGroups: 1 }), 0n);
    assert.equal(max({}, { ...venue, outflowLeft: 5n }), 5n);
  });
});

describe("where the options are", () => {
  it("is nowhere unless it is said, and beside the page by default", () => {
    assert.equal(parseServices("", "http://127.0.0.1:1/").options, undefined);
    assert.deepEqual(parseServices('{"options":{}}', "http://127.0.0.1:1/").options, {
      deployment: "http://127.0.0.1:1/options.json",
      relay: "http://127.0.0.1:1/options/relay",
      indexer: "http://127.0.0.1:1/options/indexer",
    });
  });
});

// SPDX-License-Identifier: MIT
import { expect } from "chai";
import { black76, type Terms } from "../../sdk/reference/options/black76.js";
import { PERPETUAL, curveOf, strikeOf } from "../../sdk/reference/options/curve.js";
import { DIGITS, ONE, div, fixed, mul, sqrt } from "../../sdk/reference/options/fixed.js";
import { greeks } from "../../sdk/reference/options/greeks.js";
import type { OptionLens } from "../../types/ethers-contracts/index.js";
import { ACCOUNT, BASE, DAY, GROUP, MarginVenue, UNIT, seriesOf, smiling, type Held } from "./MarginVenue.js";

const YEAR = 31_536_000n;
/** A position of so much base has Greeks with 18 digits after the point. */
const LARGE = 10n ** 18n;
const abs = (x: bigint): bigint => (x < 0n ? -x : x);
const toFixed = (x: bigint): bigint => x << DIGITS;
const asNumber = (x: bigint): number => Number((x << 100n) >> DIGITS) / 2 ** 100;

describe("Option lens", () => {
  let venue: MarginVenue;
  let lens: OptionLens;
  let address: string;

  beforeEach(async () => {
    venue = await MarginVenue.open();
    const { ethers } = venue;
    const parts = [await ethers.deployContract("OptionRiskLens"), await ethers.deployContract("OptionChainLens")];
    const [risk, chain] = await Promise.all(parts.map((part) => part.getAddress()));
    lens = (await ethers.deployContract("OptionLens", [risk, chain])) as unknown as OptionLens;
    address = await venue.bench.getAddress();
    const now = await venue.now();
    for (const [place, days] of [1n, 7n, 30n, 364n].entries()) {
      await venue.setLadder(place, {
        expiry: now + days * DAY,
        base: 39_000n * UNIT,
        step: 3_000n * UNIT,
        vols: smiling(5_500n + 500n * BigInt(place), 100n),
        basis: 250n * BigInt(place),
      });
    }
  });

  it("gives closed forms that are the derivatives of the price", () => {
    const [spot, strike, vol, years] = ["60000", "57000", "0.6", "0.0821918"].map(fixed) as [
      bigint,
      bigint,
      bigint,
      bigint,
    ];
    const h = ONE >> 120n;
    const priced = (s: bigint, v: bigint, t: bigint, isCall: boolean): bigint =>
      black76({ forward: mul(s, fixed("1.01")), strike, deviation: mul(v, sqrt(t)), isCall });
    for (const isCall of [true, false]) {
      const terms: Terms = { forward: mul(spot, fixed("1.01")), strike, deviation: mul(vol, sqrt(years)), isCall };
      const g = greeks(terms, spot, years, sqrt(years));
      const value = (ds: bigint, dv: bigint, dt: bigint) => priced(spot + ds, vol + dv, years + dt, isCall);
      const first = (up: bigint, down: bigint) => div(up - down, 2n * h);
      expect(asNumber(abs(g.delta - first(value(h, 0n, 0n), value(-h, 0n, 0n))))).lt(1e-25);
      expect(asNumber(abs(100n * g.vega - first(value(0n, h, 0n), value(0n, -h, 0n))))).lt(1e-20);
      expect(asNumber(abs(365n * g.theta + first(value(0n, 0n, h), value(0n, 0n, -h))))).lt(1e-20);
      const second = div(div(value(h, 0n, 0n) - 2n * value(0n, 0n, 0n) + value(-h, 0n, 0n), h), h);
      expect(asNumber(abs(g.gamma - mul(second, spot) / 100n))).lt(1e-20);
    }
  });

  it("gives Greeks within 1e-12 of the closed forms at full precision", async () => {
    const held: Held[] = [];
    for (let ladder = 0; ladder < 4; ++ladder)
      for (let place = 0; place < 30; place += ladder === 0 ? 1 : 3)
        held.push({ index: (ladder << 5) | place, size: place % 4 === 0 ? -LARGE : LARGE, offset: 0n });
    await venue.hold(held);
    const view = await lens.portfolio(address, ACCOUNT);
    let worst = 0;
    for (const [i, { index, size }] of held.entries()) {
      const { factors } = view;
      const terms = venue.ladders[index >> 5]!;
      const curve = curveOf(terms, factors);
      const left = terms.expiry - factors.time;
      const years = div(toFixed(left), toFixed(YEAR));
      const vol = div(toFixed(terms.vols[(index & 31) >> 1]!), toFixed(10_000n));
      const [forward, strike] = [toFixed(curve.forward), toFixed(strikeOf(curve, index & 31))];
      const deviation = mul(vol, sqrt(years));
      const exact = greeks(
        { forward, strike, deviation, isCall: (index & 1) === 0 },
        toFixed(factors.spot),
        years,
        sqrt(years),
      );
      const position = view.positions[i]!;
      expect([position.series, position.size]).deep.equal([seriesOf(index), size]);
      const sign = size < 0n ? -1n : 1n;
      // Delta and gamma in 1e-18 base per base; vega and theta in 1e-18 quote, held against the forward.
      const { delta, gamma, vega, theta } = position.greeks;
      const errors = [
        asNumber(abs((sign * toFixed(delta)) / UNIT - exact.delta)),
        asNumber(abs((sign * toFixed(gamma)) / UNIT - exact.gamma)),
        asNumber(div(abs(sign * toFixed(vega) - exact.vega), forward)),
        asNumber(div(abs(sign * toFixed(theta) - exact.theta), forward)),
      ];
      worst = Math.max(worst, ...errors);
    }
    expect(worst).lt(1e-12).gt(0);
    const sum = view.positions.reduce((total, { greeks: { delta } }) => total + delta, 0n);
    expect(view.greeks.delta).equal(sum);
  });

  it("shows the scenarios, which binds, and what initial margin is made of", async () => {
    const held: Held[] = [
      { index: (2 << 5) | (7 << 1), size: -2n * BASE, offset: 0n },
      { index: (2 << 5) | (7 << 1) | 1, size: -2n * BASE, offset: 0n },
      { index: (2 << 5) | 30, size: BASE / 2n, offset: 0n },
    ];
    await venue.hold(held, 10n ** 15n);
    const { margin, positions } = await lens.portfolio(address, ACCOUNT);
    const expected = venue.margin(await venue.legs(held));
    expect([...margin.profits]).deep.equal(expected.profits);
    expect(margin.worst).equal(BigInt(expected.worst));
    expect([margin.initial, margin.maintenance]).deep.equal([expected.initial, expected.maintenance]);
    expect([margin.shortMinimum, margin.basis]).deep.equal([expected.shortMinimum, expected.basis]);
    expect(margin.binding).equal(0n);
    expect(positions.length).equal(3);
    // A wing that nearly as many calls below cover: it loses less in every scenario than the least for shorts.
    const wing = [
      { index: 26, size: (BASE * 9n) / 10n, offset: 0n },
      { index: 28, size: -BASE, offset: 0n },
    ];
    await venue.hold(wing, 10n ** 15n);
    expect((await lens.portfolio(address, ACCOUNT)).margin.binding).equal(1n);
    await venue.hold([{ index: 28, size: BASE, offset: 0n }], 10n ** 15n);
    expect((await lens.portfolio(address, ACCOUNT)).margin.binding).equal(2n);
  });

  it("shows what a trade would change, which is what holding it is", async () => {
    const before: Held[] = [{ index: (1 << 5) | (6 << 1), size: -3n * BASE, offset: 0n }];
    await venue.hold(before, 10n ** 15n);
    const legs = [
      { series: seriesOf((1 << 5) | (6 << 1)), size: BASE, price: 4_000n * UNIT },
      { series: seriesOf((1 << 5) | (9 << 1)), size: 2n * BASE, price: 900n * UNIT },
      { series: seriesOf(PERPETUAL), size: BASE, price: 60_010n * UNIT },
    ];
    const view = await lens.trade(address, ACCOUNT, GROUP, legs);
    const now = await lens.portfolio(address, ACCOUNT);
    expect(view.before.initial).equal(now.margin.initial);
    expect(view.greeksBefore.delta).equal(now.greeks.delta);
    await venue.hold(
      [
        { index: (1 << 5) | (6 << 1), size: -2n * BASE, offset: 0n },
        { index: (1 << 5) | (9 << 1), size: 2n * BASE, offset: 0n },
        { index: PERPETUAL, size: BASE, offset: 0n },
      ],
      10n ** 15n,
    );
    const then = await lens.portfolio(address, ACCOUNT);
    // Time has passed by the block of `hold`: margins agree but for what a second moves.
    expect(Number(abs(view.later.initial - then.margin.initial))).lt(Number(then.margin.initial) * 1e-5);
    expect(view.later.worst).equal(then.margin.worst);
    expect(Number(abs(view.greeksLater.delta - then.greeks.delta))).lt(1e4);
  });

  it("refuses a trade of a series that is not there", async () => {
    await venue.hold([], 10n ** 15n);
    for (const index of [31, (6 << 5) | 3]) {
      const legs = [{ series: seriesOf(index), size: BASE, price: UNIT }];
      await expect(lens.trade(address, ACCOUNT, GROUP, legs)).revert(venue.ethers);
    }
  });

  it("shows the chain: strikes, marks, volatilities, and whose arrays are fresh", async () => {
    await venue.refresh([(1 << 5) | 14, (3 << 5) | 3]);
    const chain = await lens.chain(address, GROUP);
    expect(chain.factors.spot).equal(60_000n * UNIT);
    expect(chain.ladders.length).equal(4);
    for (const [place, ladder] of chain.ladders.entries()) {
      const curve = curveOf(venue.ladders[place]!, chain.factors);
      expect(ladder.future.mark).equal(curve.forward);
      expect(ladder.strikes.map(({ strike }) => strike)).deep.equal(
        ladder.strikes.map((_, i) => strikeOf(curve, i << 1)),
      );
      for (const { strike, call, put, vol } of ladder.strikes) {
        expect(call.mark - put.mark).equal(curve.forward - strike);
        expect(call.greeks.vega).equal(put.greeks.vega);
        expect(vol).gt(0n);
      }
    }
    const fresh = [...chain.ladders].flatMap(({ strikes }, place) =>
      [...strikes].flatMap(({ arrayFresh }, i) => (arrayFresh ? [`${place}/${i}`] : [])),
    );
    expect(fresh).deep.equal(["1/7", "3/1"]);
  });

  it("reads many accounts of a group", async () => {
    await venue.hold([{ index: 14, size: -BASE, offset: 0n }], 10n ** 13n);
    const [one, none] = await lens.healths(address, GROUP, [ACCOUNT, 99n]);
    const seen = await venue.bench.margin(GROUP, ACCOUNT, true);
    expect([one!.initial, one!.equity, one!.legs]).deep.equal([seen.initial, seen.equity, 1n]);
    expect([one!.atAnchor, one!.atRecorded]).deep.equal([seen.atAnchor, seen.atRecorded]);
    expect([none!.initial, none!.legs]).deep.equal([0n, 0n]);
  });
});

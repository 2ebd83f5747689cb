// SPDX-License-Identifier: MIT
import { expect } from "chai";
import { PERPETUAL } from "../../sdk/reference/options/curve.js";
import { Random } from "../differential/random.js";
import { ACCOUNT, BASE, DAY, GROUP, MarginVenue, PARAMS, UNIT, seriesOf, smiling, type Held } from "./MarginVenue.js";

const at = (ladder: number, place: number): number => (ladder << 5) | place;
const short = (index: number, size = BASE): Held => ({ index, size: -size, offset: 0n });
const long = (index: number, size = BASE): Held => ({ index, size, offset: 0n });
const abs = (x: bigint): bigint => (x < 0n ? -x : x);

describe("Margin of options under attack", () => {
  let venue: MarginVenue;

  beforeEach(async () => {
    venue = await MarginVenue.open();
    const now = await venue.now();
    for (const [place, days] of [7n, 90n].entries()) await venue.setLadder(place, terms(now + days * DAY));
  });

  const terms = (expiry: bigint, vol = 6_000n) => ({
    expiry,
    base: 39_000n * UNIT,
    step: 3_000n * UNIT,
    vols: smiling(vol, 0n),
    basis: 0n,
  });

  async function initial(held: readonly Held[], cash = 0n): Promise<bigint> {
    await venue.hold(held, cash);
    return (await venue.bench.margin(GROUP, ACCOUNT, false)).initial;
  }

  it("asks k times as much for k times the portfolio", async () => {
    const random = new Random(7);
    for (let round = 0; round < 8; ++round) {
      const indices = [...new Set(Array.from({ length: 12 }, () => at(random.whole(0, 1), random.whole(0, 30))))];
      const held = [...indices, PERPETUAL]
        .sort((a, b) => a - b)
        .map((index) => ({ index, size: BigInt(random.whole(-1_000, 1_000)) * BASE, offset: 0n }))
        .filter(({ size }) => size !== 0n);
      const one = await initial(held);
      const thousand = await initial(held.map((each) => ({ ...each, size: 1_000n * each.size })));
      // The block of `hold` goes on by a second, which moves time values by less than a millionth.
      expect(Number(abs(thousand - 1_000n * one))).lt(Number(one) + 1e4);
    }
  });

  it("asks nothing of who has paid for all that is long, with arrays of any age", async () => {
    const held = Array.from({ length: 16 }, (_, i) => long(at(i & 1, 2 * i + (i & 1)), BASE * BigInt(i + 1)));
    for (const spot of [60_000n, 60_500n, 30_000n, 200_000n]) {
      await venue.refresh(held.slice(0, 8).map(({ index }) => index));
      await venue.setSpot(spot * UNIT);
      await venue.hold(held.sort((a, b) => a.index - b.index));
      const { equity, initial: required } = await venue.bench.margin(GROUP, ACCOUNT, false);
      // Nothing was paid for these and nothing is in cash, so equity is what they are worth.
      expect(equity).gte(required);
    }
  });

  it("cannot be used to keep others from trading: a refresh changes their margin by what it must", async () => {
    const victim = [short(at(0, 14), 5n * BASE), short(at(0, 15), 5n * BASE), long(at(1, 20), 3n * BASE)];
    await venue.refresh(victim.map(({ index }) => index));
    await venue.hold(victim);
    const before = await venue.bench.margin(GROUP, ACCOUNT, false);
    expect(before.arraysFresh).equal(true);
    // Beyond half of a limit somebody refreshes one other strike: the factors move, the victim's arrays are not fresh.
    await venue.setSpot(60_400n * UNIT);
    const stale = await venue.bench.margin(GROUP, ACCOUNT, false);
    expect(stale.arraysFresh).equal(true);
    await venue.refresh([at(0, 2), at(1, 2)]);
    const computed = await venue.bench.margin(GROUP, ACCOUNT, false);
    expect(computed.arraysFresh).equal(false);
    expect(Number(abs(computed.initial - stale.initial))).lt(Number(stale.initial) * 0.02);
    // Their own refresh gives the same margin as computing on the way.
    await venue.refresh(victim.map(({ index }) => index));
    const own = await venue.bench.margin(GROUP, ACCOUNT, false);
    expect(own.arraysFresh).equal(true);
    expect(Number(abs(computed.initial - own.initial))).lt(Number(own.initial) * 1e-4);
  });

  it("uses arrays up to their limits and not beyond", async () => {
    const index = at(0, 14);
    const fresh = async () => (await venue.bench.margin(GROUP, ACCOUNT, false)).arraysFresh;
    await venue.hold([short(index)]);
    expect(await fresh()).equal(false);
    await venue.refresh([index]);
    const spot = venue.spot;
    for (const [next, holds] of [
      [(spot * 101n) / 100n, true],
      [(spot * 101n) / 100n + 10n ** 10n, false],
      [(spot * 99n) / 100n, true],
      [(spot * 99n) / 100n - 10n ** 10n, false],
      [spot, true],
    ] as const) {
      await venue.setSpot(next);
      expect(await fresh()).equal(holds);
    }
    for (const [level, holds] of [
      [1_050_000_000n, true],
      [1_050_000_001n, false],
      [950_000_000n, true],
      [949_999_999n, false],
      [1_000_000_000n, true],
    ] as const) {
      await venue.setLevel(level);
      expect(await fresh()).equal(holds);
    }
    // Other risk parameters, another smile: no array holds.
    venue.params = { ...PARAMS, volUp: 460_000n };
    await venue.setLevel(venue.level);
    expect(await fresh()).equal(false);
    venue.params = PARAMS;
    await venue.setLevel(venue.level);
    expect(await fresh()).equal(true);
    await venue.setLadder(0, { ...venue.ladders[0]!, vols: smiling(6_001n, 0n) });
    expect(await fresh()).equal(false);
    await venue.setLadder(0, { ...venue.ladders[0]!, vols: smiling(6_000n, 0n) });
    expect(await fresh()).equal(true);
    await venue.pass(3_500n);
    expect(await fresh()).equal(true);
    await venue.pass(120n);
    expect(await fresh()).equal(false);
  });

  it("adds up at the extremes: 32 legs of 2^70, 400%, a minute to the expiry, marks of 1e-12", async () => {
    const now = await venue.now();
    const held: Held[] = Array.from({ length: 32 }, (_, i) => ({
      index: at(i >> 4, i & 15),
      size: i % 2 === 0 ? -(2n ** 70n) : 2n ** 70n,
      offset: 0n,
    }));
    for (const [vol, left] of [
      [40_000n, 60n],
      [500n, 60n],
      [40_000n, 364n * DAY],
      [500n, 364n * DAY],
    ] as const) {
      for (const place of [0, 1]) await venue.setLadder(place, terms(now + 1_000n + left, vol));
      for (const spot of [60_000n * UNIT, 900_000n * UNIT, 10n ** 10n]) {
        await venue.setSpot(spot);
        await venue.hold(held);
        const seen = await venue.bench.margin(GROUP, ACCOUNT, true);
        const expected = venue.margin(await venue.legs(held));
        expect(seen.initial).equal(expected.initial).gte(0n);
      }
    }
  });

  it("adds up a short of every strike, and its saturated lanes are as the reference has them", async () => {
    const held = Array.from({ length: 60 }, (_, i) => short(at(i >= 30 ? 1 : 0, i % 30), 2n ** 70n));
    await venue.hold(held);
    const expected = venue.margin(await venue.legs(held));
    expect((await venue.bench.margin(GROUP, ACCOUNT, false)).initial).equal(expected.initial);
    expect([...(await venue.bench.profits(GROUP, ACCOUNT))]).deep.equal(expected.profits);
  });

  it("asks the least for net shorts, of calls and puts apart", async () => {
    const least = (60_000n * BASE * PARAMS.shortMinimum) / 1_000_000n;
    // A call covered by the next: its loss is small, its net is nothing.
    expect(await initial([long(at(0, 26)), short(at(0, 28))])).lt(least);
    // Calls do not cover puts.
    expect(await initial([short(at(0, 1)), long(at(0, 28))])).gte(least);
  });

  it("asks no margin for what has expired", async () => {
    await venue.setLadder(0, { ...venue.ladders[0]!, expiry: (await venue.now()) - 1n, settlement: 70_000n * UNIT });
    expect(await initial([short(at(0, 14)), short(at(0, 30))])).equal(0n);
    await venue.refresh([at(0, 14)]);
    expect(await venue.bench.array(GROUP, at(0, 14))).equal(0n);
  });

  it("refuses to refresh what is not there", async () => {
    const { bench } = venue;
    await expect(bench.refresh([seriesOf(31)])).revertedWithCustomError(bench, "SeriesUnknown");
    await expect(bench.refresh([seriesOf(at(5, 2))])).revertedWithCustomError(bench, "SeriesUnknown");
    await bench.refresh([seriesOf(PERPETUAL), seriesOf(at(0, 30))]); // which have no array
  });

  it("holds every risk parameter within its bounds", async () => {
    const gap = 20_000n;
    await venue.bench.check(PARAMS, gap);
    const beyond: [keyof typeof PARAMS, bigint, bigint][] = [
      ["scanRange", 50_000n, 400_000n],
      ["extremeMove", PARAMS.scanRange, 900_000n],
      ["extremeShare", 100_000n, 750_000n],
      ["volUp", PARAMS.levelGap, 2_000_000n],
      ["volDown", PARAMS.levelGap, 800_000n],
      ["volPower", 0n, 500_000n],
      ["maintenanceShare", 500_000n, 900_000n],
      ["levelGap", 20_000n, 500_000n],
      ["shortMinimum", 1_000n, 50_000n],
      ["basisMove", 10_000n, 500_000n],
      ["maxLegs", 4n, 32n],
    ];
    for (const [name, low, high] of beyond) {
      for (const value of [low - 1n, high + 1n]) {
        if (value < 0n) continue;
        await expect(venue.bench.check({ ...PARAMS, [name]: value }, gap), `${name} ${value}`).revertedWithCustomError(
          venue.bench,
          "ParameterOutOfBounds",
        );
      }
    }
    // A future at maintenance margin survives a gap of the spot.
    await expect(venue.bench.check(PARAMS, PARAMS.scanRange / 2n + 1n)).revertedWithCustomError(
      venue.bench,
      "ParameterOutOfBounds",
    );
  });
});

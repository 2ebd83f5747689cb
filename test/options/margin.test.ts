// SPDX-License-Identifier: MIT
import { expect } from "chai";
import { packed } from "../../sdk/reference/options/array.js";
import { PERPETUAL, type Factors } from "../../sdk/reference/options/curve.js";
import { Random } from "../differential/random.js";
import { ACCOUNT, BASE, DAY, GROUP, MarginVenue, UNIT, smiling, type Held } from "./MarginVenue.js";

const LONGEST = 40;
const EXPIRED = 7;

describe("Risk arrays and margin of an option group, against the reference", () => {
  let venue: MarginVenue;
  beforeEach(async () => {
    venue = await MarginVenue.open();
    const now = await venue.now();
    const days = [1n, 3n, 8n, 30n, 61n, 180n, 364n];
    for (const [place, each] of days.entries()) {
      await venue.setLadder(place, {
        expiry: now + each * DAY + 4_000n,
        base: (39_000n - 2_000n * BigInt(place)) * UNIT,
        step: (3_000n + 300n * BigInt(place)) * UNIT,
        vols: smiling(6_000n + 300n * BigInt(place), 120n),
        basis: 100n * BigInt(place) - 150n,
      });
    }
    await venue.setLadder(EXPIRED, {
      expiry: now - 100n,
      base: 40_000n * UNIT,
      step: 2_500n * UNIT,
      vols: smiling(6_000n, 100n),
      basis: 0n,
      settlement: 61_234n * UNIT,
    });
  });

  it("gives every array to the unit", async () => {
    for (let place = 0; place < EXPIRED; ++place) {
      const indices = Array.from({ length: 15 }, (_, strike) => (place << 5) | (strike << 1) | (strike & 1));
      await venue.refresh(indices);
      const at = await venue.factors();
      for (const index of indices) {
        expect(await venue.bench.array(GROUP, index & ~1), `series ${index}`).equal(packed(venue.lanesAt(index, at)));
      }
    }
  });

  for (let seed = 1; seed <= 40; ++seed) {
    it(`gives every sum and margin to the unit (portfolio ${seed})`, async () => {
      const random = new Random(seed);
      const held = portfolio(random, 1 + (seed % LONGEST));
      const some = held.filter(() => random.chance(0.7)).filter(({ index }) => index !== PERPETUAL);
      await venue.refresh(some.map(({ index }) => index));
      const at = await venue.factors();
      const refreshed = new Set(some.filter(({ index }) => index >> 5 !== EXPIRED).map(({ index }) => index & ~1));
      // Within the limits or beyond them.
      const within = random.chance(0.6);
      const permille = within ? BigInt(random.whole(-9, 9)) : BigInt(random.whole(11, 300));
      await venue.setSpot((at.spot * (1_000n + permille)) / 1_000n);
      await venue.hold(held, 10n ** 15n);

      const stored = (index: number): Factors | undefined =>
        within && refreshed.has(index & ~1) && (index & 31) !== 30 ? at : undefined;
      const legs = await venue.legs(held, stored);
      const margin = venue.margin(legs);
      const seen = await venue.bench.margin(GROUP, ACCOUNT, false);
      expect([...(await venue.bench.profits(GROUP, ACCOUNT))]).deep.equal(margin.profits);
      expect([seen.initial, seen.maintenance]).deep.equal([margin.initial, margin.maintenance]);
      const equity = legs.reduce((sum, { size, mark }, i) => sum + floor(size * mark) - held[i]!.offset, 10n ** 15n);
      expect(seen.equity).equal(equity);
      const options = held.filter(({ index }) => index !== PERPETUAL && (index & 31) !== 30 && index >> 5 !== EXPIRED);
      expect(seen.arraysFresh).equal(options.every(({ index }) => stored(index) !== undefined));
    });
  }

  const floor = (x: bigint): bigint => (x >= 0n ? x / UNIT : -((-x + UNIT - 1n) / UNIT));

  function portfolio(random: Random, count: number): Held[] {
    const indices = new Set<number>();
    while (indices.size < count) {
      const index = random.chance(0.1) ? PERPETUAL : (random.whole(0, 7) << 5) | random.whole(0, 30);
      indices.add(index);
    }
    const longOnly = random.chance(0.15);
    return [...indices]
      .sort((a, b) => a - b)
      .map((index) => {
        const size = BigInt(random.whole(1, 1_000_000)) * (BASE / 1_000n);
        const short = !longOnly && random.chance(0.5);
        return { index, size: short ? -size : size, offset: BigInt(random.whole(-1e9, 1e9)) };
      });
  }
});

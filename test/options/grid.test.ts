// SPDX-License-Identifier: MIT
import { expect } from "chai";
import { network } from "hardhat";
import { listable } from "../../sdk/options/grid.js";
import { isOnGrid, niceBelow, strikesOf } from "../../sdk/reference/options/grid.js";
import type { GridBench } from "../../types/ethers-contracts/index.js";
import { Random } from "../differential/random.js";

const DAY = 86_400;
const UNIT = 10n ** 18n;
const YEAR = 365n * BigInt(DAY);

describe("Expiries and strikes", () => {
  let chain: Awaited<ReturnType<typeof network.create>>;
  let bench: GridBench;
  before(async () => {
    chain = await network.create();
    bench = (await chain.ethers.deployContract("GridBench")) as unknown as GridBench;
  });

  const isListable = (expiry: bigint): Promise<boolean> =>
    bench.requireOnGrid.staticCall(expiry).then(
      () => true,
      () => false,
    );

  it("are Fridays 08:00 UTC: four near ones, then the ends of quarters, as a calendar says", async () => {
    const now = BigInt(Date.UTC(2027, 10, 30, 13, 7, 1) / 1_000); // a leap year is ahead
    await chain.networkHelpers.time.increaseTo(now);
    const found: string[] = [];
    for (let hour = now - (now % 3_600n); hour < now + YEAR + 30n * BigInt(DAY); hour += 3_600n) {
      if (!isOnGrid(hour, now)) continue;
      found.push(new Date(Number(hour) * 1_000).toISOString().slice(0, 16));
    }
    expect(found).deep.equal([
      ...["2027-12-03T08:00", "2027-12-10T08:00", "2027-12-17T08:00", "2027-12-24T08:00"],
      ...["2027-12-31T08:00", "2028-03-31T08:00", "2028-06-30T08:00", "2028-09-29T08:00"],
    ]);
    expect(listable(now).map((expiry) => new Date(Number(expiry) * 1_000).toISOString().slice(0, 16))).deep.equal(
      found,
    );
    const tried = new Random(11);
    for (let day = -3n; day < 400n; ++day) {
      const eight = now - (now % BigInt(DAY)) + day * BigInt(DAY) + 8n * 3_600n;
      for (const expiry of [eight, eight + BigInt(tried.whole(-3_600, 3_600))]) {
        expect(await isListable(expiry), String(expiry)).equal(isOnGrid(expiry, now));
      }
    }
  });

  it("may be listed to the second from a day to a year ahead", async () => {
    const friday = BigInt(Date.UTC(2030, 8, 27, 8) / 1_000);
    for (const [term, allowed] of [
      [YEAR + 1n, false],
      [YEAR, true],
      [29n * BigInt(DAY), true],
      [BigInt(DAY), true],
      [BigInt(DAY) - 1n, false],
    ] as const) {
      await chain.networkHelpers.time.increaseTo(friday - term);
      expect(await isListable(friday)).equal(allowed);
    }
    await expect(bench.requireOnGrid(friday)).to.be.revertedWithCustomError(bench, "ExpiryOffGrid");
  });

  it("months are the calendar's, over 400 years", async () => {
    const random = new Random(3);
    for (let i = 0; i < 400; ++i) {
      const time = random.whole(0, 400 * 366) * DAY + random.whole(0, DAY - 1);
      expect(await bench.monthOf(time)).equal(BigInt(new Date(time * 1_000).getUTCMonth() + 1));
    }
  });

  it("strikes are the reference's, at any price and term", async () => {
    const random = new Random(7);
    for (let i = 0; i < 400; ++i) {
      const spot = BigInt(Math.floor(10 ** (random.whole(6_000, 24_000) / 1_000)));
      const term = BigInt(random.whole(DAY, 365 * DAY));
      const expected = strikesOf(spot, term);
      const given = await bench.strikes(spot, term).catch(() => undefined);
      expect(given === undefined).equal(expected === undefined);
      if (expected !== undefined) expect([given![0], given![1]]).deep.equal([expected.base, expected.step]);
    }
  });

  it("strikes reach 1.5 to 3 deviations to each side up to 86 days, the middle one at the price", () => {
    const random = new Random(9);
    for (let i = 0; i < 1_000; ++i) {
      const spot = BigInt(random.whole(1, 10 ** 9)) * 10n ** 13n;
      const term = random.whole(DAY, 86 * DAY);
      const { base, step } = strikesOf(spot, BigInt(term))!;
      const reach = Number((7n * step * UNIT) / spot) / 1e18 / (0.6 * Math.sqrt(term / Number(YEAR)));
      expect(reach).within(1.49, 3.01);
      const off = base + 7n * step - spot;
      expect(2n * (off < 0n ? -off : off) <= step).equal(true);
    }
  });

  it("at known prices are what a trader expects", () => {
    const week = BigInt(7 * DAY);
    expect(strikesOf(60_000n * UNIT, week)).deep.equal({ base: 46_000n * UNIT, step: 2_000n * UNIT });
    expect(strikesOf(3_000n * UNIT, week)).deep.equal({ base: 2_300n * UNIT, step: 100n * UNIT });
    expect(strikesOf(60_000n * UNIT, YEAR)).deep.equal({ base: 25_000n * UNIT, step: 5_000n * UNIT });
  });

  it("steps are 1, 2, 2.5 or 5 times a power of ten", () => {
    const given = [0n, 1n, 2n, 3n, 4n, 5n, 9n, 10n, 19n, 20n, 24n, 25n, 49n, 50n, 99n, 100n, 260n, 10n ** 30n - 1n];
    const steps = [0n, 1n, 2n, 2n, 2n, 5n, 5n, 10n, 10n, 20n, 20n, 25n, 25n, 50n, 50n, 100n, 250n, 5n * 10n ** 29n];
    expect(given.map(niceBelow)).deep.equal(steps);
  });
});

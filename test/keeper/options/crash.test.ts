// SPDX-License-Identifier: MIT
import { expect } from "chai";
import type { OptionKeeper } from "../../../keeper/options/run/OptionKeeper.js";
import { seriesOf, type SeriesId } from "../../../sdk/options/series.js";
import { BASE, START, type Leg, type Person } from "../../options/Day.js";
import { OptionKeeperBench } from "./bench.js";

const DAY = 86_400;
/** Three Fridays of the weeks to come, and the last of the year. */
const FRIDAYS = [8, 15, 22, 43].map((days) => START + days * DAY);
/** An account holds at most 16: half a ladder's calls and puts each. */
const [HALVES, SERIES] = [8, 15];

describe("a crash with 120 series open, on a real node", function () {
  this.timeout(0); // by itself two minutes
  let bench: OptionKeeperBench;
  let keeper: OptionKeeper;
  let longs: Person[];
  let shorts: Person[];

  /** Every second of the calls and puts of a ladder: of two halves all. */
  const half = (which: number): SeriesId[] =>
    Array.from({ length: SERIES }, (_, strike) =>
      seriesOf(1n, { type: (strike + which) % 2 === 0 ? "call" : "put", ladder: which >> 1, strike }),
    );

  before(async () => {
    bench = await OptionKeeperBench.open();
    const { day } = bench;
    for (const expiry of FRIDAYS) await bench.list(expiry);
    await day.settleAnchors();
    keeper = await bench.keeper(9, { reorgDepth: 8 });
  });

  after(async () => {
    await bench.day.close();
  });

  it("every series of every expiry has a holder on each side", async () => {
    const { day } = bench;
    const { expiries } = await bench.group();
    expect(expiries.length).to.equal(4);
    longs = [];
    shorts = [];
    for (let which = 0; which < HALVES; ++which) {
      longs.push(await bench.person(20 + which, 2_000_000n));
      shorts.push(await bench.person(30 + which, 2_000_000n));
      const legs: Leg[] = [];
      for (const series of half(which)) {
        legs.push({ maker: shorts[which]!, series, size: 20n * BASE, price: await day.mark(series) });
      }
      await day.trade(longs[which]!, legs);
    }
    let live = 0;
    for (let bits = (await bench.group()).series; bits > 0n; bits &= bits - 1n) ++live;
    expect(live).to.equal(120);
    for (const person of [...longs, ...shorts]) await bench.leaveMargin(person);
  });

  it("a gap locks the group; defaulters are gathered, winners registered, and 120 series settled in steps", async () => {
    const { day } = bench;
    await day.spot(2_600);
    expect(await bench.events(keeper)).to.include("Locked");
    const names = await bench.events(keeper, 3);
    const absorbed = names.filter((name) => name === "Absorbed").length;
    expect(absorbed).to.be.greaterThan(0);
    expect(names.filter((name) => name === "NetRegistered").length).to.be.greaterThan(0);
    expect((await bench.group()).absorbed).to.equal(BigInt(absorbed));
    await day.pass(121);
    const block = await day.provider.getBlockNumber();
    for (let look = 0; (await day.phase()) !== 0n; ++look) {
      expect(look).to.be.lessThan(8);
      await bench.events(keeper);
    }
    expect(await bench.eventsSince(block)).to.include.members(["Charged", "NodeTornUp", "Deleveraged", "Unlocked"]);
    expect(await day.venue.clearinghouse.recoveryRate()).to.equal(10n ** 18n);
  });

  it("the first expiry is fixed, and its positions are paid to everybody", async () => {
    const { day } = bench;
    const [first] = (await bench.group()).expiries;
    const expiry = Number(first!.expiry);
    for (let now = await day.now(); now < expiry - 3_600; now = await day.now()) {
      await day.pass(Math.min(80_000, expiry - 3_600 - now));
      await day.spot(2_600);
    }
    await day.tellLevel();
    await bench.events(keeper, 2);
    await day.pass(expiry - (await day.now()) - 900);
    for (let i = 0; i < 30; ++i) await day.spot(2_600 + i);
    await day.pass(expiry - (await day.now()) + 30);
    await day.spot(2_620);
    await day.tellLevel();
    expect(await bench.events(keeper, 2)).to.include("PriceFixed");
    for (let i = 0; i < 3; ++i) {
      await day.pass(121);
      await bench.events(keeper, 2);
    }
    for (let i = 0; i < 4; ++i) await bench.events(keeper, 2);
    const { series } = await bench.group();
    expect(series & ((1n << 31n) - 1n)).to.equal(0n);
    expect(series > 0n).to.equal(true);
  });
});

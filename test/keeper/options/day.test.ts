// SPDX-License-Identifier: MIT
import { expect } from "chai";
import { seriesOf } from "../../../sdk/options/series.js";
import type { OptionKeeper } from "../../../keeper/options/run/OptionKeeper.js";
import { BASE, EXPIRY, type Person } from "../../options/Day.js";
import { OptionKeeperBench } from "./bench.js";

/** Base and step of the strikes at a price of 4,000. */
const strikesOf = async ({ day }: OptionKeeperBench): Promise<{ base: bigint; step: bigint }> => {
  const { clearinghouse, group } = day.venue;
  const refusal = await clearinghouse.list.staticCall(group, EXPIRY).catch((failure: { data: string }) => failure);
  const missing = clearinghouse.interface.parseError((refusal as { data: string }).data)!;
  return { base: missing.args["base"] as bigint, step: missing.args["step"] as bigint };
};

describe("a day that a keeper of options keeps, on a real node", function () {
  this.timeout(0); // by itself a minute
  let bench: OptionKeeperBench;
  let keeper: OptionKeeper;
  let maker: Person;
  let taker: Person;
  let terms: { base: bigint; step: bigint };
  const call = (strike: number) => seriesOf(1n, { type: "call", ladder: 0, strike });
  const put = (strike: number) => seriesOf(1n, { type: "put", ladder: 0, strike });

  before(async () => {
    bench = await OptionKeeperBench.open();
    await bench.endow(9, 300_000n);
    keeper = await bench.keeper(9, { listExpiries: true, maxInventory: "1000000000000000", reorgDepth: 8 });
  });

  after(async () => {
    await bench.day.close();
  });

  it("lists an expiry once signers vouch for its smile, and no other", async () => {
    const { day } = bench;
    expect(await bench.events(keeper)).to.not.include("LadderListed");
    terms = await strikesOf(bench);
    await day.smile(terms.base, terms.step, 6_000n);
    expect((await bench.events(keeper, 8)).filter((name) => name === "LadderListed")).to.have.length(1);
    expect((await bench.group()).expiries[0]!.expiry).to.equal(BigInt(EXPIRY));
  });

  it("posts the level when half of its time is over, or when it has moved", async () => {
    const { day } = bench;
    await day.tellLevel(10n ** 9n);
    expect(await bench.events(keeper)).to.not.include("LevelPosted");
    await day.pass(1_801);
    await day.tellLevel(10n ** 9n);
    expect(await bench.events(keeper)).to.include("LevelPosted");
    await day.pass(1);
    await day.tellLevel(1_006_000_000n);
    expect(await bench.events(keeper)).to.include("LevelPosted");
    await day.pass(1);
    await day.tellLevel(1_003_000_000n); // nearer than half a percent
    expect(await bench.events(keeper)).to.not.include("LevelPosted");
    await day.pass(1);
    await day.tellLevel(10n ** 9n);
    expect(await bench.events(keeper)).to.include("LevelPosted");
  });

  it("moves the anchors on, and posts a smile once between their advances", async () => {
    const { day } = bench;
    await day.smile(terms.base, terms.step, 6_300n);
    expect((await bench.events(keeper, 2)).filter((name) => name === "SmilePosted")).to.have.length(1);
    await day.pass(1);
    await day.smile(terms.base, terms.step, 6_600n);
    expect(await bench.events(keeper, 2)).to.not.include("SmilePosted");
    for (let i = 0; i < 2; ++i) {
      await day.pass(121);
      const { anchorsDue } = await bench.group();
      await bench.events(keeper);
      expect((await bench.group()).anchorsDue > anchorsDue).to.equal(true);
    }
    expect(await bench.events(keeper, 2)).to.include("SmilePosted");
    for (let i = 0; i < 2; ++i) {
      await day.pass(121);
      await bench.events(keeper);
    }
  });

  it("refreshes arrays and takes a slice of who is below maintenance margin, no more", async () => {
    const { day } = bench;
    maker = await day.person(1, 500_000n);
    taker = await day.person(2, 6_000n);
    const [sold, bought] = [call(7), call(8)];
    const [high, low] = [await day.mark(sold), await day.mark(bought)];
    await day.trade(taker, [
      { maker, series: sold, size: -20n * BASE, price: high },
      { maker, series: bought, size: 20n * BASE, price: low },
    ]);
    await bench.leaveMargin(taker);
    expect(await bench.events(keeper)).to.not.include("Sliced");
    await bench.riseUntilBelow(taker, 4_060, 60);
    const names = await bench.events(keeper, 3);
    expect(names).to.include("RiskFactorsMoved");
    expect(names.filter((name) => name === "Sliced")).to.have.length(1);
    const after = await day.standing(taker.id);
    expect(after.equity >= after.initial - 1_000n).to.equal(true);
    expect(after.initial > 0n).to.equal(true);
  });

  it("locks at a gap, nets, absorbs, settles step by step and unlocks", async () => {
    const { day } = bench;
    const debtor = await day.person(4, 60_000n);
    const price = await day.mark(put(7));
    await day.trade(debtor, [{ maker, series: put(7), size: -90n * BASE, price }]);
    await bench.leaveMargin(debtor);
    await day.spot(2_700);
    expect(await bench.events(keeper)).to.include("Locked");
    const names = await bench.events(keeper, 3);
    expect(names).to.include.members(["Absorbed", "NetRegistered"]); // the vault does not pay all
    expect((await day.standing(debtor.id)).isOpen).to.equal(false);
    await day.pass(121);
    const short = await bench.keeper(8, { transactionGas: 600_000, reorgDepth: 8 }); // a few steps a call
    expect(await bench.events(short)).to.not.include("Unlocked");
    expect(await day.phase()).to.equal(2n);
    expect(await bench.events(keeper, 3)).to.include.members(["Deleveraged", "Unlocked"]);
    await short.rest();
    expect(await day.phase()).to.equal(0n);
    expect((await bench.group()).deficit).to.equal(0n);
  });

  it("fixes the price of an expiry and pays everybody", async () => {
    const { day } = bench;
    for (let now = await day.now(); now < EXPIRY - 3_600; now = await day.now()) {
      await day.pass(Math.min(80_000, EXPIRY - 3_600 - now));
      await day.spot(2_700);
    }
    await day.tellLevel();
    await bench.events(keeper, 3);
    await day.pass(EXPIRY - (await day.now()) - 900);
    await day.spot(2_720);
    expect(await bench.events(keeper)).to.not.include("PriceFixed");
    await day.pass(EXPIRY - (await day.now()) + 60);
    await day.spot(2_720);
    await day.tellLevel();
    const names = await bench.events(keeper, 2);
    expect(names).to.include("PriceFixed");
    for (let i = 0; i < 4; ++i) {
      await day.pass(121);
      await bench.events(keeper, 2);
    }
    await bench.events(keeper, 3);
    for (const { id } of [maker, taker]) expect((await day.standing(id)).held).to.equal(0n);
    expect((await day.books()).live).to.equal(0n);
  });
});

// SPDX-License-Identifier: MIT
import { expect } from "chai";
import { seriesName, seriesNamed, type Ladder } from "../../sdk/options/seriesName.js";
import { seriesIndex, seriesOf } from "../../sdk/options/series.js";
import { BASE, Day, EXPIRY, PRICE, QUOTE, mined, refusalOf, type Person } from "./Day.js";
import { Rebuilt } from "./Rebuilt.js";

const PORT = 0; // any that is free
const FAR = 2n ** 40n - 1n;
/** Reading past rounds asks for more gas than it uses, so the least that an estimate finds may not do. */
const AMPLE = { gasLimit: 6_000_000n };

describe("a market maker's day, on a real node", function () {
  this.timeout(0); // by itself half a minute
  let day: Day;
  let rebuilt: Rebuilt;
  let maker: Person;
  let taker: Person;
  let keeper: Person;
  let ladder: Ladder;
  const named = (name: string) => seriesNamed(name, "ETH", 1n, new Map([[0, ladder]]));

  /** He takes out what he need not have, but for a hundredth: time passes. */
  async function leaveMargin({ wallet, id }: Person): Promise<void> {
    const { equity, initial } = await day.standing(id);
    const tokens = ((equity - initial) * 99n) / 100n / 1_000n;
    await mined(day.venue.clearinghouse.connect(wallet).withdraw(0, tokens, wallet.address));
  }

  before(async () => {
    day = await Day.open(PORT);
    rebuilt = await Rebuilt.of(day);
  });

  afterEach(() => rebuilt.compare()); // INV-12

  after(async () => {
    await day.close();
  });

  it("lists an expiry once signers vouch for its smile", async () => {
    const { clearinghouse, group } = day.venue;
    // The refusal says for which strikes a smile is missing.
    const refusal = await clearinghouse.list.staticCall(group, EXPIRY).catch((failure: { data: string }) => failure);
    const missing = clearinghouse.interface.parseError((refusal as { data: string }).data)!;
    expect(missing.name).to.equal("SmileMissing");
    const [expiry, base, step] = missing.args as unknown as [bigint, bigint, bigint];
    expect(expiry).to.equal(BigInt(EXPIRY));
    await day.smile(base, step, 6_000n);
    await mined(clearinghouse.list(group, EXPIRY, AMPLE));
    ladder = { expiry, base, step };
    await day.settleAnchors();
    expect(seriesName("ETH", seriesOf(1n, { type: "call", ladder: 0, strike: 7 }), new Map([[0, ladder]]))).to.equal(
      "ETH-5DEC25-4000-C",
    );
  });

  it("posts another smile, once until the anchors have moved on", async () => {
    const { clearinghouse, group } = day.venue;
    await day.smile(ladder.base, ladder.step, 6_300n);
    const before = await day.mark(named("ETH-5DEC25-4000-C"));
    await mined(clearinghouse.postSmile(group, 0));
    expect((await day.mark(named("ETH-5DEC25-4000-C"))) > before).to.equal(true);
    expect(await refusalOf(clearinghouse.postSmile.staticCall(group, 0), day.venue)).to.equal("SmilePending");
    await day.settleAnchors();
  });

  it("trades a spread whose first leg alone would fail, and nets a future against the perpetual", async () => {
    maker = await day.person(1, 500_000n);
    taker = await day.person(2, 6_000n);
    keeper = await day.person(3, 100_000n);
    const [sold, bought] = [named("ETH-5DEC25-4000-C"), named("ETH-5DEC25-4250-C")];
    const [high, low] = [await day.mark(sold), await day.mark(bought)];
    const size = 20n * BASE;
    const alone = day.trade(taker, [{ maker, series: sold, size: -size, price: high }]);
    expect(await refusalOf(alone, day.venue)).to.equal("InsufficientMargin");
    await day.trade(taker, [
      { maker, series: sold, size: -size, price: high },
      { maker, series: bought, size, price: low },
    ]);
    expect(await day.size(taker.id, sold)).to.equal(-size);
    expect(await day.size(maker.id, sold)).to.equal(size);
    const standing = await day.standing(taker.id);
    expect(standing.held).to.equal((1n << seriesIndex(sold)) | (1n << seriesIndex(bought)));
    expect(standing.equity >= standing.initial).to.equal(true);

    const before = (await day.standing(keeper.id)).initial;
    await day.trade(keeper, [
      { maker, series: named("ETH-PERPETUAL"), size: 5n * BASE, price: 4_000n * PRICE },
      { maker, series: named("ETH-5DEC25"), size: -5n * BASE, price: 4_000n * PRICE },
    ]);
    expect((await day.standing(keeper.id)).initial - before < 500n * QUOTE).to.equal(true);
  });

  it("liquidates a slice after a move, no more than restores initial margin", async () => {
    const { clearinghouse } = day.venue;
    await leaveMargin(taker);
    let before = await day.standing(taker.id);
    for (let spot = 4_060; before.equity >= before.maintenance; spot += 60) {
      expect(spot).to.be.lessThan(4_600);
      await day.spot(spot);
      await day.settleAnchors();
      before = await day.standing(taker.id);
    }
    const taken = clearinghouse.connect(keeper.wallet);
    await mined(taken.liquidateSlice(taker.id, 0, 10n ** 18n, before.held, 1n, FAR, []));
    const after = await day.standing(taker.id);
    expect(after.equity >= after.initial - 1_000n).to.equal(true);
    expect(after.initial < before.initial && after.initial > 0n).to.equal(true);
    expect((await day.size(keeper.id, named("ETH-5DEC25-4000-C"))) < 0n).to.equal(true);
  });

  it("locks at a gap, nets, absorbs and settles", async () => {
    const { clearinghouse, group } = day.venue;
    const put = named("ETH-5DEC25-4000-P");
    const debtor = await day.person(4, 4_000n);
    const price = await day.mark(put);
    await day.trade(debtor, [{ maker, series: put, size: -6n * BASE, price }]);
    await leaveMargin(debtor);
    await day.spot(2_700);
    await mined(clearinghouse.poke(group));
    expect(await day.phase()).to.equal(1n);
    expect((await day.standing(debtor.id)).equity < 0n).to.equal(true);
    await mined(clearinghouse.net(group, [maker.id]));
    await mined(clearinghouse.absorb(group, [debtor.id]));
    await day.pass(121);
    for (let call = 0; (await day.phase()) !== 0n; ++call) {
      expect(call).to.be.lessThan(20);
      await mined(clearinghouse.deleverage(group, 400));
    }
    expect((await day.standing(debtor.id)).isOpen).to.equal(false);
    expect(await clearinghouse.recoveryRate()).to.equal(10n ** 18n);
    await mined(clearinghouse.creditRelief(maker.id));
  });

  it("expires at the average of the feed's rounds, pays out and lets go", async () => {
    const { clearinghouse, group, feed, token } = day.venue;
    for (let now = await day.now(); now < EXPIRY - 3_600; now = await day.now()) {
      await day.pass(Math.min(80_000, EXPIRY - 3_600 - now));
      await day.spot(2_700);
    }
    const first = (await feed.latestRoundData())[0];
    await day.level();
    await day.settleAnchors();
    await day.pass(EXPIRY - (await day.now()) - 900);
    await day.spot(2_720); // for the second half of the window
    await day.pass(EXPIRY - (await day.now()) + 60);
    await day.spot(2_720);
    await day.level();
    await mined(clearinghouse.fixPrice(group, 0, [(1n << 64n) | first], 50, AMPLE));
    await day.settleAnchors();
    await day.settleAnchors();

    const people = [maker, taker, keeper];
    for (const person of people) {
      const { held } = await day.standing(person.id);
      for (let index = 0n; held >> index !== 0n; ++index) {
        if (((held >> index) & 1n) === 0n || index === 255n) continue;
        await mined(clearinghouse.collect(person.id, (group << 8n) | index));
      }
    }
    // The perpetuals are closed against each other.
    const perpetual = named("ETH-PERPETUAL");
    const open = await day.size(keeper.id, perpetual);
    await day.trade(keeper, [{ maker, series: perpetual, size: -open, price: 2_720n * PRICE }]);
    for (const person of people) {
      expect((await day.standing(person.id)).held).to.equal(0n);
      expect((await day.standing(person.id)).isOpen).to.equal(false);
      const cash = (await day.standing(person.id)).cash;
      expect(cash >= 0n).to.equal(true);
      if (cash / 1_000n === 0n) continue;
      const sender = clearinghouse.connect(person.wallet);
      const before = await token.balanceOf(person.wallet.address);
      await mined(sender.withdraw(0, 2n ** 256n - 1n, person.wallet.address));
      expect((await token.balanceOf(person.wallet.address)) - before).to.equal(cash / 1_000n);
    }
    expect((await day.books()).live).to.equal(0n);
    expect(await token.balanceOf(await clearinghouse.getAddress())).to.equal((await day.books()).held / 1_000n);
  });

  it("and all of it can be rebuilt from its events, and undone", () => {
    rebuilt.retrace();
    expect(rebuilt.seen).to.include("Sliced").and.to.include("Absorbed").and.to.include("NetRegistered");
  });
});

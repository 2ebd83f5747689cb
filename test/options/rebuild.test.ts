// SPDX-License-Identifier: MIT
import { expect } from "chai";
import { seriesOf, type SeriesKind } from "../../sdk/options/series.js";
import { healthOf } from "../../sdk/margin/health.js";
import { LinearOnly } from "../../sdk/margin/LinearOnly.js";
import { ProfitBook } from "../../sdk/profit/ProfitBook.js";
import { ReceiptVerifier } from "../../sdk/receipt/ReceiptVerifier.js";
import { optionGroupIn, seriesListed } from "../../sdk/state/options.js";
import type { GroupId } from "../../sdk/order.js";
import { BASE, Day, EXPIRY, QUOTE, mined, type Person } from "./Day.js";
import { Rebuilt } from "./Rebuilt.js";

const PORT = 0; // any that is free
const WEEK = 7 * 86_400;
const NEAR = EXPIRY - WEEK;
const FAR = 2n ** 40n - 1n;
const AMPLE = { gasLimit: 6_000_000n };

/** What the day of day.test.ts has not: after each chapter everything is held against the chain (INV-12). */
describe("a clearinghouse of options is rebuilt from its events", function () {
  this.timeout(0); // by itself half a minute
  let day: Day;
  let rebuilt: Rebuilt;
  let maker: Person;
  let other: Person;
  let debtor: Person;
  let keeper: Person;
  const series = (kind: SeriesKind) => seriesOf(1n, kind);
  const call = (strike: number, ladder = 0) => series({ type: "call", ladder, strike });
  const put = (strike: number, ladder = 0) => series({ type: "put", ladder, strike });
  const perpetual = series({ type: "perpetual" });

  /** The strikes for which the refusal says that a smile is missing, a smile for them, and the listing. */
  async function list(expiry: number, vol: bigint): Promise<void> {
    const { clearinghouse, group } = day.venue;
    const refusal = await clearinghouse.list.staticCall(group, expiry).catch((failure: { data: string }) => failure);
    const [, base, step] = clearinghouse.interface.parseError((refusal as { data: string }).data)!.args;
    await day.smile(base as bigint, step as bigint, vol, expiry);
    await mined(clearinghouse.list(group, expiry, AMPLE));
    await day.settleAnchors();
  }

  async function trade(taker: Person, market: ReturnType<typeof seriesOf>, size: bigint, by = maker): Promise<void> {
    await day.trade(taker, [{ maker: by, series: market, size, price: await day.mark(market) }]);
  }

  before(async () => {
    day = await Day.open(PORT);
    rebuilt = await Rebuilt.of(day);
  });

  after(() => day.close());

  afterEach(() => rebuilt.compare());

  it("two expiries, people, trades and risk arrays", async () => {
    await list(NEAR, 6_000n);
    await list(EXPIRY, 6_000n);
    [maker, other] = [await day.person(1, 900_000n), await day.person(2, 400_000n)];
    [debtor, keeper] = [await day.person(3, 12_000n), await day.person(4, 300_000n)];
    await mined(day.venue.clearinghouse.refresh([call(7), put(7, 1)]));
    await trade(other, put(5), 10n * BASE);
    await trade(other, call(9), -10n * BASE);
    await trade(keeper, call(8, 1), (3n * BASE) / 1_000n);
    await trade(debtor, call(8, 1), (-3n * BASE) / 1_000n);
    await trade(keeper, perpetual, 2n * BASE);
    await day.pass(600);
    await day.spot(4_010);
    await trade(keeper, perpetual, BASE, other);
  });

  it("parameters, pauses, another source of volatilities", async () => {
    const { clearinghouse, group, vols } = day.venue;
    const { risk } = rebuilt.venue.groups.get(1n as GroupId)!.options!;
    const { parameters } = rebuilt.venue.groups.get(1n as GroupId)!.markets[255]!;
    await mined(clearinghouse.setRiskParams(group, { ...risk, maxLegs: 20n }));
    await mined(clearinghouse.setMarketParams(perpetual, { ...parameters, takerFee: 350n }));
    await mined(clearinghouse.setVaultBudget(group, 1_000n * QUOTE));
    await mined(clearinghouse.pause(perpetual, 1, 300));
    await day.pass(20);
    await mined(clearinghouse.unpause(perpetual));
    await mined(clearinghouse.pause(0, 1, 60));
    await day.pass(61);
    await mined(vols.setLevel(10n ** 9n, await day.now()));
    const { volSource } = rebuilt.venue.groups.get(1n as GroupId)!.options!;
    await mined(clearinghouse.setVolSource(group, await vols.getAddress()));
    await rebuilt.compare();
    expect(optionGroupIn(rebuilt.venue, 1n as GroupId).level).to.equal(undefined); // nobody was told
    await day.pass(10);
    await day.level();
    await mined(clearinghouse.setVolSource(group, volSource));
    await day.settleAnchors();
  });

  it("a slice whose taker closes by it a position of his own", async () => {
    const { clearinghouse } = day.venue;
    await trade(debtor, perpetual, -9n * BASE);
    let standing = await day.standing(debtor.id);
    for (let spot = 4_070; standing.equity >= standing.maintenance; spot += 60) {
      expect(spot).to.be.lessThan(5_000);
      await day.spot(spot);
      await day.settleAnchors();
      standing = await day.standing(debtor.id);
    }
    const taken = clearinghouse.connect(keeper.wallet);
    await mined(taken.liquidateSlice(debtor.id, 0, 10n ** 18n, standing.held, 1n, FAR, []));
    expect(await day.size(keeper.id, call(8, 1))).to.equal(0n); // small legs go whole
    expect(await day.size(debtor.id, call(8, 1))).to.equal(0n);
  });

  it("a lock whose deficit winners pay, by charges, with reliefs and tear-ups, in steps", async () => {
    const { clearinghouse, group } = day.venue;
    const broke = await day.person(5, 14_000n);
    await trade(broke, put(6), -12n * BASE);
    await trade(broke, put(4, 1), -6n * BASE, other);
    const { equity, initial } = await day.standing(broke.id);
    const spare = ((equity - initial) * 99n) / 100n / 1_000n;
    await mined(clearinghouse.connect(broke.wallet).withdraw(0, spare, broke.wallet.address));
    await day.spot(2_400);
    await mined(clearinghouse.poke(group));
    expect(await day.phase()).to.equal(1n);
    await rebuilt.compare();
    await mined(clearinghouse.net(group, [maker.id, other.id]));
    await mined(clearinghouse.absorb(group, [broke.id]));
    await day.pass(121);
    for (let step = 0; (await day.phase()) !== 0n; ++step) {
      expect(step).to.be.lessThan(200);
      await mined(clearinghouse.deleverage(group, 1, AMPLE));
      await rebuilt.compare();
    }
    await mined(clearinghouse.creditRelief(maker.id));
    await rebuilt.compare();
    for (const kind of ["Charged", "NetSettled", "NetCredited", "NodeTornUp", "FactorsFrozen"]) {
      expect([...rebuilt.seen]).to.include(kind);
    }
    const torn = seriesListed(rebuilt.venue.groups.get(1n as GroupId)!);
    expect(torn).to.have.length(63);
  });

  it("an expiry fixed in two calls, whose positions are collected one after another", async () => {
    const { clearinghouse, group, feed } = day.venue;
    for (let now = await day.now(); now < NEAR - 3_600; now = await day.now()) {
      await day.pass(Math.min(80_000, NEAR - 3_600 - now));
      await day.spot(2_400);
    }
    const [first] = await feed.latestRoundData();
    for (const left of [1_200, 600, 300]) {
      await day.pass(NEAR - (await day.now()) - left);
      await day.spot(2_400 + left / 100);
    }
    await day.pass(NEAR - (await day.now()) + 60);
    await day.spot(2_410);
    await mined(clearinghouse.fixPrice(group, 0, [(1n << 64n) | first], 2, AMPLE));
    await rebuilt.compare();
    expect(optionGroupIn(rebuilt.venue, 1n as GroupId).ladders.get(0)!.fixing).to.not.equal(undefined);
    await mined(clearinghouse.fixPrice(group, 0, [], 50, AMPLE));
    await mined(clearinghouse.poke(group));
    await day.settleAnchors();
    await day.settleAnchors();
    await rebuilt.compare();
    for (const person of [maker, other, debtor, keeper]) {
      const { held } = await day.standing(person.id);
      for (let index = 0n; index < 31n; ++index) {
        if (((held >> index) & 1n) === 0n) continue;
        await mined(clearinghouse.collect(person.id, (group << 8n) | index));
        await rebuilt.compare();
      }
    }
  });

  it("its place listed anew, with other strikes, and what its books were charged", async () => {
    const charged = rebuilt.venue.groups.get(1n as GroupId)!.markets.filter((each) => each.chargeShort > 0n);
    expect(charged).to.have.length.greaterThan(0);
    await list(EXPIRY + WEEK, 7_000n);
    const ladder = optionGroupIn(rebuilt.venue, 1n as GroupId).ladders.get(0)!;
    await rebuilt.compare();
    const again = optionGroupIn(rebuilt.venue, 1n as GroupId).ladders.get(0)!;
    expect([again.expiry, again.settlement]).to.deep.equal([BigInt(EXPIRY + WEEK), undefined]);
    expect(again.base).to.not.equal(ladder.base);
    for (const strike of [3, 5, 6, 9]) await trade(keeper, put(strike), BASE / 10n);
    await trade(keeper, call(9), -BASE / 10n);
  });

  it("and what is computed for linear markets alone refuses by name", () => {
    const { venue } = rebuilt;
    expect(() => healthOf(venue, venue.accounts.get(maker.id)!, [])).to.throw(LinearOnly, "healthOf");
    expect(() => new ReceiptVerifier(venue)).to.throw(LinearOnly, "ReceiptVerifier");
    expect(() => new ProfitBook(venue)).to.throw(LinearOnly, "ProfitBook");
  });

  it("and every block of it can be taken back", () => {
    rebuilt.retrace();
    expect(rebuilt.seen.size).to.be.greaterThan(30);
  });
});

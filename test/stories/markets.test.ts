// SPDX-License-Identifier: MIT
import { expect } from "chai";
import type { Listing } from "../../deploy/deploy-novation.js";
import { USE } from "../../sdk/order.js";
import { ANSWER, BASE, HOUR, PRICE, QUOTE, TOKEN, bitcoin, expectNear, openVenue, type Person } from "./venue.js";

const ALL = 2n ** 256n - 1n;
const price = (whole: bigint): bigint => whole * PRICE;

const list = (symbol: string, answer: bigint, overrides: Partial<Listing["params"]> = {}): Listing => ({
  ...bitcoin(overrides),
  symbol,
  answer,
});

const FOUR: Listing[] = [
  bitcoin(),
  list("ETH", 4_000n * ANSWER),
  list("SOL", 200n * ANSWER),
  list("DOGE", ANSWER / 2n, { softCap: 10n ** 18n, hardCap: 5n * 10n ** 18n }),
];

describe("Story: a group of four markets", () => {
  it("one account trades all of them with one cash, in one batch, and leaves with the sum of its gains", async () => {
    const venue = await openVenue({ groups: [FOUR] });
    const [trader, maker] = venue.crowd as [Person, Person];
    await venue.fund(trader, 20_000n);
    await venue.fund(maker, 100_000n);
    const sizes = [BASE, -10n * BASE, 100n * BASE, -40_000n * BASE];
    const marks = [price(100_000n), price(4_000n), price(200n), PRICE / 2n];
    const trades = async (sign: bigint, at: bigint[]) => {
      const matches = [];
      for (const [i, { id }] of venue.markets.entries()) {
        const [size, limit] = [sign * sizes[i]!, at[i]!];
        const taker = await venue.sign(trader, { size, limit, use: USE.TAKER, market: id });
        matches.push(venue.matchOf(taker, await venue.sign(maker, { size: -size, limit, market: id })));
      }
      return venue.settle(matches, true);
    };
    await trades(1n, marks);
    const state = await venue.accountState(trader);
    expect(state.open).to.equal(15n);
    expect(state.legs.map(({ size }) => size)).to.deep.equal(sizes);
    expect(state.health.initial).to.equal((180_000n * QUOTE * 5n) / 100n);
    const paidFees = (180_000n * QUOTE * 400n) / 1_000_000n;
    expect(state.health.equity).to.equal(20_000n * QUOTE - paidFees);

    const moved = [price(101_000n), price(3_960n), price(202n), PRICE / 2n - PRICE / 200n];
    for (const [i, at] of moved.entries()) await venue.setPrice(at, i);
    const gain = 1_000n + 400n + 200n + 200n;
    expect(await venue.equity(trader)).to.equal((20_000n + gain) * QUOTE - paidFees);
    await trades(-1n, moved);
    const closingNotional = 101_000n + 39_600n + 20_200n + 19_800n;
    const closingFees = (closingNotional * QUOTE * 400n) / 1_000_000n;
    await venue.clearinghouse.connect(trader.signer).withdraw(0n, ALL, trader.address);
    expect(await venue.token.balanceOf(trader.address)).to.equal(
      (20_000n + gain) * TOKEN - (paidFees + closingFees) / 1_000n,
    );
  });

  it("a jump in one market locks its group and no other; accounts keep to their group while they have positions", async () => {
    const venue = await openVenue({ groups: [FOUR, [bitcoin()]] });
    const { clearinghouse } = venue;
    const [trader, maker, third] = venue.crowd as [Person, Person, Person];
    for (const who of [trader, maker, third]) await venue.fund(who, 50_000n);
    for (const who of [maker, third]) await venue.fund(who, 50_000n, 1);
    const elsewhere = { market: venue.markets[4]!.id };
    await venue.trade(trader, maker, BASE, price(100_000n));
    await expect(venue.trade(trader, third, BASE, price(100_000n), elsewhere))
      .to.be.revertedWithCustomError(clearinghouse, "AccountInOtherGroup")
      .withArgs(trader.id, 1n);

    await venue.setPrice(price(210n), 2);
    await clearinghouse.poke(1n);
    const { until } = (await venue.snapshot([])).group;
    await expect(venue.trade(trader, maker, BASE, price(100_000n)))
      .to.be.revertedWithCustomError(clearinghouse, "GroupLocked")
      .withArgs(1n, until);
    await venue.trade(third, maker, BASE, price(100_000n), { ...elsewhere, buyerNumber: 1, sellerNumber: 1 });
    expect(await venue.sizeOf(venue.accountNumber(third, 1), 0, 2n)).to.equal(BASE);
    const wish = { size: BASE, limit: price(100_000n), use: USE.TAKER };
    const there = venue.matchOf(await venue.sign(third, { ...wish, market: 8n }));
    await expect(venue.settle([there, venue.matchOf(await venue.sign(third, wish))], false))
      .to.be.revertedWithCustomError(clearinghouse, "WrongGroup")
      .withArgs(2n, venue.marketId);
  });

  /** A hedger with next to no equity at the frozen marks, and a debtor whose deficit the winners pay. */
  async function hedgerInALock() {
    const venue = await openVenue({ groups: [FOUR] });
    const [debtor, hedged, deep] = venue.crowd as [Person, Person, Person];
    const eth = venue.markets[1]!.id;
    await venue.fund(debtor, 6_000n);
    await venue.fund(hedged, 11_200n);
    await venue.fund(deep, 200_000n);
    await venue.trade(debtor, hedged, BASE, price(100_000n));
    const maker = await venue.sign(hedged, { size: 30n * BASE, limit: price(4_000n), market: eth });
    await venue.take(deep, maker, 0n);
    await venue.setPrice(price(90_000n), 0);
    await venue.setPrice(price(3_300n), 1);
    await venue.clearinghouse.poke(1n);
    const { accounts } = await venue.snapshot([debtor.id, hedged.id, deep.id]);
    const [owes, left, gained] = accounts.map(({ health }) => health.equity) as [bigint, bigint, bigint];
    expect(owes < 0n && left > 0n).to.equal(true);
    return { venue, debtor, hedged, deep, owes, left, gained };
  }

  it("below zero is below zero at the frozen marks: no charge makes it so, and no absorb puts the end off", async () => {
    const { venue, debtor, hedged, owes, left } = await hedgerInALock();
    const { clearinghouse } = venue;
    const { until } = (await venue.snapshot([])).group;
    await venue.networkHelpers.time.increaseTo(until - 10n);
    await expect(venue.absorb([debtor.id]))
      .to.emit(clearinghouse, "Absorbed")
      .withArgs(debtor.id, 1n, 1n, -owes, -owes);
    await expect(venue.absorb([hedged.id]))
      .to.be.revertedWithCustomError(clearinghouse, "NothingToAbsorb")
      .withArgs(1n);
    expect((await venue.snapshot([])).group.until).to.equal(until);
    await venue.wait(10n);
    await expect(clearinghouse.net(1n, [hedged.id]))
      .to.be.revertedWithCustomError(clearinghouse, "GroupLocked")
      .withArgs(1n, until);
    const receipt = await venue.deleverage();
    expect(receipt).to.include({ accounts: 1n, deficit: -owes, vaultPaid: 0n, shortfall: 0n });
    const after = await venue.equity(hedged);
    expectNear(left - after, (-owes * 10_000n) / 31_000n, 100n, "his gross part, as nobody registered him");
    expect(after < 0n, "a late default").to.equal(true);
  });

  it("who is registered keeps what he had: the winner of the other market pays", async () => {
    const { venue, debtor, hedged, deep, owes, left, gained } = await hedgerInALock();
    await venue.absorb([debtor.id]);
    const { health } = await venue.lens.account(venue.clearinghouse, hedged.id);
    expect([health.relief, health.isNetted]).to.deep.equal([10_000n * QUOTE, false]);
    expectNear(health.charge, (-owes * 10_000n) / 31_000n, 100n, "what he would pay");
    await venue.clearinghouse.net(1n, [hedged.id]);
    const netted = (await venue.lens.account(venue.clearinghouse, hedged.id)).health;
    expect([netted.relief, netted.isNetted]).to.deep.equal([10_000n * QUOTE, true]);
    expectNear(netted.charge, 0n, 10n, "what he pays now");
    await venue.wait(240n);
    const receipt = await venue.deleverage();
    expect(receipt).to.include({ accounts: 1n, deficit: -owes, charged: -owes, shortfall: 0n });
    expectNear(await venue.equity(hedged), left, 10n, "the hedger's equity");
    expectNear(await venue.equity(deep), gained + owes, 10n, "the winner's");
  });
});

describe("Story: prices and tokens at the edge", () => {
  it("funding larger than the price turns marks negative on the inside only", async () => {
    const free = {
      initialMargin: 1_000_000n,
      maintenanceMargin: 750_000n,
      priceBand: 500_000n,
      gapThreshold: 20_000n,
      takerFee: 5_000n,
      makerFee: 5_000n,
      maxFunding: 625n,
      fundingDepth: 1_000n,
    };
    const venue = await openVenue({ groups: [[list("COIN", 100n * ANSWER, free)]] });
    const { clearinghouse } = venue;
    const [long, short, newcomer] = venue.crowd as [Person, Person, Person];
    for (const who of [long, short, newcomer]) await venue.fund(who, 300_000n);
    const low = PRICE / 20n;
    await venue.trade(long, short, 1_000n * BASE, price(150n));
    // the rate was nobody's then, and is not there afterwards
    await venue.trade(short, long, 1_000n * BASE, price(150n));
    await venue.trade(long, short, 1_000n * BASE, price(150n));
    const { funding: start } = (await venue.snapshot([])).markets[0]!;
    await venue.wait(8n * HOUR);
    await venue.setPrice(low);
    await clearinghouse.poke(1n);
    await venue.wait(120n);
    await clearinghouse.poke(1n);
    const { markets, accounts } = await venue.snapshot([long.id, short.id]);
    const funding = markets[0]!.funding;
    expect(funding > 3n * low, "more than three times the price").to.equal(true);
    const second = QUOTE / 50n; // what the second between the first two trades may have cost
    const paid = ((funding - start) * 1_000n * BASE) / PRICE;
    expectNear(
      accounts[0]!.health.equity,
      300_000n * QUOTE - 2_250n * QUOTE - 149_950n * QUOTE - paid,
      second,
      "the long",
    );
    expectNear(
      accounts[1]!.health.equity,
      300_000n * QUOTE - 2_250n * QUOTE + 149_950n * QUOTE + paid,
      second,
      "the short",
    );

    const before = await venue.equity(newcomer);
    await venue.trade(newcomer, short, 5_000n * BASE, low);
    await venue.trade(short, newcomer, 5_000n * BASE, low);
    const fees = (250n * QUOTE * 10_000n) / 1_000_000n;
    expectNear(await venue.equity(newcomer), before - fees, 2n, "in and out at a negative inner mark costs the fees");
    await venue.trade(short, long, 1_000n * BASE, low);
    for (const who of [long, short, newcomer]) {
      await clearinghouse.connect(who.signer).withdraw(0n, ALL, who.address);
    }
    await clearinghouse.collectFees();
    const { venue: whole, accounts: rest } = await venue.snapshot([
      venue.pot,
      venue.treasury.id,
      long.id,
      short.id,
      newcomer.id,
    ]);
    const claims = rest.reduce((sum, { cash }) => sum + cash, 0n);
    expectNear(whole.held, claims, 10n, "INV-1: tokens against claims");
    expect(whole.held >= claims).to.equal(true);
  });

  it("a coin of 0.00001 crashes and settles to the unit", async () => {
    const tiny = PRICE / 100_000n;
    const coin = list("TINY", ANSWER / 100_000n, { softCap: 10n ** 20n, hardCap: 2n ** 70n, maxFunding: 0n });
    const venue = await openVenue({ groups: [[coin]] });
    const [loser, winner, other] = venue.crowd as [Person, Person, Person];
    await venue.fund(loser, 6_000n);
    for (const who of [winner, other]) await venue.fund(who, 50_000n);
    const billion = 10n ** 9n * BASE;
    await venue.trade(loser, winner, 7n * billion, tiny);
    await venue.trade(loser, other, 3n * billion, tiny);
    await venue.setPrice((tiny * 9n) / 10n);
    const jumped = await venue.snapshot([loser.id, winner.id, other.id]);
    expect(jumped.accounts[0]!.health.equity).to.equal(-4_040n * QUOTE);
    expect(jumped.accounts[1]!.health.equity).to.equal((50_000n + 7_000n - 7n) * QUOTE);
    await venue.crash((tiny * 9n) / 10n, [loser.id]);
    const receipt = await venue.deleverage();
    expect(receipt).to.include({ deficit: 4_040n * QUOTE, charged: 4_040n * QUOTE, shortfall: 0n });
    const after = await venue.snapshot([winner.id, other.id]);
    const paidBy = (i: number) => jumped.accounts[i + 1]!.health.equity - after.accounts[i]!.health.equity;
    expectNear(paidBy(0), (4_040n * QUOTE * 7n) / 10n, 12n, "seven tenths");
    expectNear(paidBy(1), (4_040n * QUOTE * 3n) / 10n, 12n, "three tenths");
    expect(paidBy(0) + paidBy(1) >= receipt.charged).to.equal(true);
    expect(after.markets[0]!.openInterest).to.equal(0n);
  });

  it("a token of 18 decimals is credited down to a billionth, and what is smaller is never lent", async () => {
    const venue = await openVenue({ tokenDecimals: 18 });
    const { clearinghouse, token } = venue;
    const [alice, bob] = venue.crowd as [Person, Person];
    const whole = 10n ** 18n;
    await token.mint(alice.address, 20_000n * whole);
    await token.connect(alice.signer).approve(clearinghouse, 20_000n * whole);
    const deposit = (amount: bigint) => clearinghouse.connect(alice.signer).deposit(alice.id, amount);
    await expect(deposit(10n ** 9n - 1n)).to.be.revertedWithCustomError(clearinghouse, "NothingArrived");
    await expect(deposit(10_000n * whole + 10n ** 9n - 1n))
      .to.emit(clearinghouse, "Deposited")
      .withArgs(alice.id, alice.address, 10_000n * whole, 10_000n * QUOTE);

    await venue.fund(bob, 10_000n);
    await venue.trade(alice, bob, BASE, price(100_000n));
    await venue.setPrice(price(100_001n));
    await venue.trade(bob, alice, BASE, price(100_001n));
    for (const who of [alice, bob]) await clearinghouse.connect(who.signer).withdraw(0n, ALL, who.address);
    const fees = (first: bigint, second: bigint) => (100_000n * first + 100_001n * second) * (whole / 1_000_000n);
    const spent = 10_000n * whole + 10n ** 9n - 1n;
    expect(await token.balanceOf(alice.address)).to.equal(20_000n * whole - spent + 10_001n * whole - fees(400n, 100n));
    expect(await token.balanceOf(bob.address)).to.equal(9_999n * whole - fees(100n, 400n));
    const { held } = (await venue.snapshot([])).venue;
    expect(await token.balanceOf(venue.target)).to.equal(held * 10n ** 9n + 10n ** 9n - 1n);
  });
});

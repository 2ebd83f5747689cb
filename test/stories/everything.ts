// SPDX-License-Identifier: MIT
import { expect } from "chai";
import { USE } from "../../sdk/order.js";
import { price as markOf } from "../../sdk/units.js";
import { ICollateral__factory } from "../../types/ethers-contracts/index.js";
import {
  BASE,
  DAY,
  HOUR,
  NEVER,
  PAUSE,
  PRICE,
  QUOTE,
  TOKEN,
  bitcoin,
  openVenue,
  type Person,
  type Venue,
} from "./venue.js";

/** A venue, and who acts on it. */
export interface Cast {
  readonly venue: Venue;
  readonly alice: Person;
  readonly bob: Person;
  readonly carol: Person;
  readonly dan: Person;
  readonly patron: Person;
}

const price = (whole: bigint): bigint => whole * PRICE;
const ALL = 2n ** 256n - 1n;

/** Two markets in one group, torn up in both ways, and one in another; a vault that pays 3,000 quote. */
export async function castOfEverything(): Promise<Cast> {
  const listings = [
    [bitcoin(), { ...bitcoin(), symbol: "ETH", mode: "PRORATA" as const }],
    [{ ...bitcoin(), symbol: "SOL" }],
  ];
  const venue = await openVenue({ groups: listings, vaultBudget: 3_000n * QUOTE });
  const [alice, bob, carol, dan, patron] = venue.crowd as [Person, Person, Person, Person, Person];
  return { venue, alice, bob, carol, dan, patron };
}

/**
 * Chapters of one story in which the clearinghouse emits every event that it has. What follows events (the SDK's
 * rebuild, the indexer's tables) is held against it.
 */
export const EVERYTHING: Readonly<Record<string, (cast: Cast) => Promise<void>>> = {
  "the deployment": async () => undefined,
  "deposits, a share in the vault, keys, trades, cancelled orders": async ({ venue, alice, bob, carol, dan }) => {
    const { clearinghouse } = venue;
    for (const [who, whole] of [
      [alice, 6_000n],
      [bob, 100_000n],
      [carol, 20_000n],
      [dan, 9_000n],
    ] as const) {
      await venue.fund(who, whole);
    }
    await venue.insure(venue.treasury, 2_000n);
    await clearinghouse.connect(alice.signer).setSigner(dan.address, 2n ** 40n);
    await venue.trade(alice, bob, BASE, price(100_000n));
    await venue.trade(dan, bob, BASE, price(100_100n));
    await venue.trade(carol, bob, BASE / 3n, price(99_950n), { market: venue.markets[1]!.id });
    const maker = await venue.sign(bob, { size: -BASE, limit: price(100_000n) });
    await clearinghouse.connect(bob.signer).cancelOrder(maker.order.salt, bob.id);
    const taker = await venue.sign(carol, { size: BASE / 10n, limit: price(100_000n), use: USE.TAKER });
    await venue.settle([venue.matchOf(taker, maker)], false);
    await clearinghouse.connect(carol.signer).cancelBelow(carol.id, 3n);
    await clearinghouse.connect(carol.signer).transfer(0n, 1n, 1_000n * QUOTE + 1n);
    await withdraw(venue, carol, 10n * TOKEN, 1);
    await clearinghouse.collectFees();
  },
  "a margin call and its cure, liquidations in a batch and to the vault, and its sale": async ({
    venue,
    alice,
    bob,
    dan,
  }) => {
    const { clearinghouse, keeper } = venue;
    await venue.drift(price(97_650n));
    await clearinghouse.connect(keeper.signer).marginCall(alice.id);
    await venue.fund(alice, 60n);
    await venue.drift(price(96_860n));
    await clearinghouse.connect(keeper.signer).marginCall(alice.id);
    await venue.wait(30n);
    // Of the first nothing may be taken, of the second a little.
    const batch = [dan.id, alice.id];
    await clearinghouse.connect(bob.signer).liquidateMany(venue.marketId, batch, 0n, BASE / 5_000n, 0n, 0n, NEVER);
    await clearinghouse.connect(keeper.signer).liquidateToVault(alice.id, venue.marketId, 0n, 0n);
    await venue.wait(HOUR);
    await clearinghouse.connect(bob.signer).buyInventory(venue.marketId, 0n, BASE / 9n, 0n, 0n, NEVER);
  },
  "a lock without a default": async ({ venue }) => {
    await venue.setPrice(price(99_900n));
    await venue.clearinghouse.poke(1n);
    await venue.wait(240n);
    await venue.clearinghouse.poke(1n);
  },
  "a default that winners pay, by charges and a tear-up, in steps": async ({ venue, alice, bob, dan }) => {
    await venue.roll();
    await venue.setPrice(price(88_000n));
    await venue.clearinghouse.poke(1n);
    await venue.absorb([alice.id, dan.id]);
    await venue.wait(240n);
    await venue.clearinghouse.deleverage(1n, 0n);
    while ((await venue.clearinghouse.lockedGroups()) !== 0n) await venue.clearinghouse.deleverage(1n, 1n);
    await venue.clearinghouse.collect(bob.id, venue.marketId).catch(() => undefined);
  },
  "a default that nobody sees, its shortfall, and deposits that count at par": async ({
    venue,
    alice,
    bob,
    carol,
    dan,
    patron,
  }) => {
    await venue.fund(alice, 6_000n);
    await venue.roll();
    await venue.trade(alice, bob, BASE, price(88_000n));
    await venue.fund(dan, 10_000n);
    await venue.trade(dan, bob, BASE, price(88_000n));
    await venue.clearinghouse.setVaultBudget(1n, 0n);
    await venue.drift(price(81_000n));
    await venue.absorb([alice.id]);
    await venue.wait(240n);
    const { shortfall } = await venue.deleverage();
    expect(shortfall > 0n).to.equal(true);
    await venue.fund(carol, 5_000n, 2);
    await venue.fund(patron, 700n);
    await venue.clearinghouse.connect(carol.signer).transfer(2n, 3n, 1_234n * QUOTE);
    await withdraw(venue, carol, 100n * TOKEN, 3);
    await withdraw(venue, carol, 50n * TOKEN + 7n, 1);
  },
  "fees that heal, and a cover of a part": async (cast) => {
    const { venue, bob, dan } = cast;
    await venue.trade(bob, dan, BASE / 10n, price(81_000n));
    await cover(cast, 100n);
  },
  "a second shortfall, which those deposits share": async ({ venue, bob, carol, dan, patron }) => {
    await venue.trade(bob, patron, BASE / 12n, price(81_000n));
    await venue.drift(price(76_500n));
    await venue.absorb([dan.id]);
    await venue.wait(240n);
    const { shortfall } = await venue.deleverage();
    expect(shortfall > 0n).to.equal(true);
    await withdraw(venue, carol, 10n * TOKEN, 2);
  },
  "a cover of more than the shortfall, and all withdraw at par again": async (cast) => {
    const { venue, carol } = cast;
    await cover(cast, 50_000n);
    expect(await venue.clearinghouse.recoveryRate()).to.equal(PRICE);
    await withdraw(venue, carol, ALL, 2);
    await withdraw(venue, carol, ALL, 3);
    await cover(cast, 3n);
  },
  "a settlement that looks for the vault's place in a queue, in steps": async ({ venue, dan }) => {
    const { clearinghouse, matcher } = venue;
    const market = venue.markets[2]!.id;
    const longs = venue.crowd.slice(5, 13);
    for (const who of [...longs, matcher]) await venue.fund(who, who === matcher ? 200_000n : 10_000n);
    await venue.fund(dan, 5_200n);
    await clearinghouse.setVaultBudget(2n, 20_000n * QUOTE);
    await venue.trade(longs[7]!, matcher, BASE / 10n, price(100_000n), { market });
    await venue.drift(price(94_000n), 2);
    for (let i = 0; i < 7; ++i) {
      await venue.trade(longs[i]!, matcher, BASE / 10n, price(93_000n + 150n * BigInt(i)), { market });
    }
    await venue.drift(price(100_000n), 2);
    await venue.trade(dan, matcher, BASE, price(100_000n), { market });
    await venue.roll(2n);
    await venue.setPrice(price(94_500n), 2);
    await clearinghouse.poke(2n);
    await clearinghouse.absorb(2n, [dan.id]);
    await venue.wait(240n);
    while ((await clearinghouse.lockedGroups()) !== 0n) await clearinghouse.deleverage(2n, 1n);
  },
  "a hedger whom anybody registers in a lock: charged for what he gained net, and credited when he acts": async ({
    venue,
  }) => {
    const { clearinghouse, keeper, matcher, markets } = venue;
    const [hedger, loser] = [venue.crowd[5]!, venue.crowd[6]!];
    const [first, second] = [markets[0]!.id, markets[1]!.id];
    const one = { buyerNumber: 1, sellerNumber: 1 };
    for (const [who, whole] of [
      [hedger, 12_000n],
      [loser, 5_000n],
      [matcher, 200_000n],
    ] as const) {
      await venue.fund(who, whole, 1);
    }
    await venue.trade(loser, matcher, BASE, price(76_500n), { market: first, ...one });
    await venue.trade(matcher, hedger, BASE, price(76_500n), { market: first, ...one });
    await venue.trade(hedger, matcher, BASE, price(100_000n), { market: second, ...one });
    await venue.roll();
    await venue.setPrice(price(68_000n));
    await venue.setPrice(price(93_000n), 1);
    await clearinghouse.poke(1n);
    const id = venue.accountNumber(hedger, 1);
    const registered = await clearinghouse.connect(keeper.signer).net(1n, [id]);
    expect(await venue.events(registered, "NetRegistered")).to.have.length(1);
    await venue.absorb([venue.accountNumber(loser, 1)]);
    await venue.wait(240n);
    const { charged } = await venue.deleverage();
    expect(charged > 0n).to.equal(true);
    await venue.fund(hedger, 3n, 1);
  },
  "a batch of two matches with triggers of which one is not reached, and several calls in one transaction": async ({
    venue,
    patron,
  }) => {
    const { clearinghouse, markets, matcher } = venue;
    const market = markets[2]!.id;
    const limit = price(94_500n);
    const [some, other] = [venue.crowd[5]!, venue.crowd[6]!];
    const reached = { limit, market, trigger: markOf(price(94_000n)), triggerAbove: true };
    const tooEarly = { limit, market, trigger: markOf(price(90_000n)), triggerAbove: false };
    const first = venue.matchOf(
      await venue.sign(some, { size: BASE / 100n, use: USE.TAKER, ...reached }),
      await venue.sign(matcher, { size: -BASE / 100n, ...reached }),
    );
    const second = venue.matchOf(
      await venue.sign(other, { size: -BASE / 50n, use: USE.TAKER, ...tooEarly }),
      await venue.sign(matcher, { size: BASE / 50n, limit, market }),
    );
    const settled = await venue.settle([first, second], false);
    expect(await venue.events(settled, "Traded")).to.have.length(1);
    expect(await venue.events(settled, "MatchSkipped")).to.have.length(1);
    await venue.fund(patron, 5_000n);
    const { interface: calls } = clearinghouse;
    const voided = (sequence: bigint) => calls.encodeFunctionData("cancelBelow", [patron.id, sequence]);
    const moved = calls.encodeFunctionData("transfer", [0n, 7n, 12n * QUOTE]);
    const refused = calls.encodeFunctionData("transfer", [0n, 7n, 10n ** 18n]);
    await clearinghouse.connect(patron.signer).multicall([voided(2n ** 39n), moved]);
    await clearinghouse.connect(patron.signer).tryMulticall([refused, moved, voided(2n ** 40n)]);
    expect(await venue.cash(venue.accountNumber(patron, 7))).to.equal(24n * QUOTE);
  },
  "collateral: pledged, exchanged in time and in a lock, sold from the vault's stock, and withdrawn": async ({
    venue,
  }) => {
    const { clearinghouse, deployer, ethers, keeper, matcher, pot, token } = venue;
    const [pledger, buyer] = [venue.crowd[7]!, venue.crowd[8]!];
    const [id, ether] = [venue.accountNumber(pledger, 2), 10n ** 18n];
    const collateral = ICollateral__factory.connect(venue.target, deployer);
    const own = collateral.connect(pledger.signer);
    const coin = await ethers.deployContract("MockToken", ["Wrapped Ether", "WETH", 18]);
    const source = await ethers.deployContract("MockPriceSource", [price(3_000n)]);
    await token.mint(deployer.address, 60_000n * TOKEN);
    await token.approve(venue.target, 60_000n * TOKEN);
    await clearinghouse.deposit(pot, 60_000n * TOKEN);
    const params = {
      haircut: 200_000n,
      maxDiscount: 100_000n,
      discountRate: 200_000n,
      feeRate: 0n,
      cap: 1_000n * ether,
    };
    await collateral.createCollateral(coin, source, params);
    await collateral.setCollateralLine(1n, 50_000n * QUOTE);
    await coin.getFunction("mint").send(pledger.address, 6n * ether);
    await (coin.connect(pledger.signer) as typeof coin).getFunction("approve").send(venue.target, 6n * ether);
    await own.pledge(2n, 1n, 4n * ether);
    await collateral.setCollateralParams(1n, { ...params, feeRate: 10_000n });
    await collateral.takePledgeFee(id, 1n); // nothing yet, and at another rate from now on
    await venue.wait(HOUR);
    await own.pledge(2n, 1n, ether);
    await collateral.recordCollateralPrice(1n);
    for (let i = 0; i < 2; ++i) await venue.roll();

    const mark = await venue.markets[0]!.feed.latestRoundData().then(([, answer]) => answer * (PRICE / 10n ** 8n));
    const where = { buyerNumber: 2, sellerNumber: 2 };
    await venue.fund(matcher, 100_000n, 2);
    await venue.trade(pledger, matcher, BASE / 4n, mark, where);
    await venue.drift((mark * 99n) / 100n);
    await collateral.connect(keeper.signer).offerPledges(id);
    await venue.fund(buyer, 1_000n, 2);
    await collateral.connect(buyer.signer).buyPledge(id, 1n, ether / 100n, 2n, buyer.address, 0n);
    await venue.pokeUntil((await venue.now()) + HOUR + 60n);
    await collateral.connect(keeper.signer).exchangeWithLine(id, 1n);
    await venue.setPrice((mark * 955n) / 1000n);
    await clearinghouse.poke(1n);
    await venue.absorb([id]);
    await venue.wait(240n);
    await clearinghouse.poke(1n);
    await collateral.connect(buyer.signer).buyStock(1n, ether / 50n, 2n, buyer.address, 0n);
    await venue.trade(matcher, pledger, BASE / 4n, (mark * 955n) / 1000n, { buyerNumber: 2, sellerNumber: 2 });
    await collateral.connect(keeper.signer).takePledgeFee(id, 1n);
    await collateral.setCollateralSource(1n, await ethers.deployContract("MockPriceSource", [price(3_001n)]));
    await own.withdrawPledge(2n, 1n, ether, pledger.address);
    await own.withdrawPledge(2n, 1n, ALL, pledger.address);
    await collateral.setCollateralParams(1n, { ...params, cap: 0n }); // it closes
  },
  "parameters, sources, pauses and offices": async ({ venue, patron }) => {
    const { clearinghouse, markets, networkHelpers } = venue;
    await clearinghouse.setMarketParams(venue.marketId, bitcoin({ takerFee: 450n }).params);
    await clearinghouse.setPriceSource(venue.marketId, await markets[0]!.source.getAddress());
    await clearinghouse.setTreasury(patron.address);
    await clearinghouse.setAccessGate(await (await venue.ethers.deployContract("MockGate")).getAddress());
    await clearinghouse.pause(0n, PAUSE.REDUCE_ONLY, HOUR);
    await clearinghouse.pause(markets[2]!.id, PAUSE.NO_NEW_RISK, DAY);
    await clearinghouse.unpause(0n);
    await networkHelpers.time.increase(2n * DAY);
    await clearinghouse.pause(markets[2]!.id, PAUSE.NO_NEW_RISK, DAY);
    await clearinghouse.pause(999n, PAUSE.NO_NEW_RISK, DAY);
    await clearinghouse.createGroup();
  },
  "the end of a market": async ({ venue, carol }) => {
    const { clearinghouse, markets, networkHelpers } = venue;
    const second = markets[1]!;
    await clearinghouse.pause(second.id, PAUSE.NO_NEW_RISK, 7n * DAY);
    await networkHelpers.time.increase(3n * DAY);
    await clearinghouse.poke(1n); // notes that no source is usable
    for (const { feed } of markets) await feed.setAnswer((await feed.latestRoundData())[1]);
    await clearinghouse.poke(1n);
    await networkHelpers.time.increase(240n);
    await clearinghouse.poke(1n);
    await clearinghouse.settleMarket(second.id);
    await clearinghouse.collect(carol.id, second.id);
    // Two stops of liquidations, of which the longer one is lifted early.
    await networkHelpers.time.increase(7n * DAY);
    await clearinghouse.pause(markets[0]!.id, PAUSE.NO_LIQUIDATION, 2n * HOUR);
    await clearinghouse.pause(second.id, PAUSE.NO_LIQUIDATION, HOUR);
    await clearinghouse.unpause(markets[0]!.id);
  },
};

async function cover({ venue, patron }: Cast, whole: bigint): Promise<void> {
  await venue.token.mint(patron.address, whole * TOKEN);
  await venue.token.connect(patron.signer).approve(venue.clearinghouse, whole * TOKEN);
  await venue.clearinghouse.connect(patron.signer).cover(whole * TOKEN);
}

function withdraw({ clearinghouse }: Venue, who: Person, claims: bigint, number = 0): Promise<unknown> {
  return clearinghouse.connect(who.signer).withdraw(number, claims, who.address);
}

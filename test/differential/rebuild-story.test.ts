// SPDX-License-Identifier: MIT
import { expect } from "chai";
import { USE } from "../../sdk/order.js";
import { apply } from "../../sdk/state/apply.js";
import { createVenue, type Venue as Rebuilt } from "../../sdk/state/Venue.js";
import { IClearinghouse__factory, type StorageLens } from "../../types/ethers-contracts/index.js";
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
  type Venue,
  type Person,
} from "../stories/venue.js";
import { historyOf } from "./history.js";
import { differences, factsOf, storedFacts } from "./rebuilt.js";

const price = (whole: bigint): bigint => whole * PRICE;
const ALL = 2n ** 256n - 1n;

/**
 * Not told by random histories: keys, cancels, parameters, pauses, other vaults and sources, a market's end; a token of
 * 6 decimals.
 */
describe("INV-12: what can happen to a venue can be rebuilt from its events, step by step", function () {
  this.timeout(0);
  let venue: Venue;
  let lens: StorageLens;
  let rebuilt: Rebuilt;
  let compared = 0;
  let alice: Person, bob: Person, carol: Person, dan: Person, patron: Person;
  const seen = new Set<string>();
  let next = 0;

  before(async () => {
    const listings = [[bitcoin(), { ...bitcoin(), symbol: "ETH", mode: "PRORATA" as const }], [bitcoin()]];
    venue = await openVenue({ groups: listings, vaultBudget: 3_000n * QUOTE });
    lens = (await venue.ethers.deployContract("StorageLens")) as unknown as StorageLens;
    rebuilt = createVenue({ tokenDecimals: 6 });
    [alice, bob, carol, dan, patron] = venue.crowd as [Person, Person, Person, Person, Person];
  });

  afterEach(async () => {
    const history = await historyOf(ask, venue.target);
    for (; next < history.length; ++next) {
      apply(rebuilt, history[next]!.event, history[next]!.at);
      seen.add(history[next]!.event.kind);
    }
    const block = await venue.ethers.provider.getBlockNumber();
    const facts = factsOf(rebuilt);
    compared += facts.size;
    const stored = await storedFacts(ask, lens, venue.target, rebuilt, [], block);
    expect(differences(facts, stored)).to.deep.equal([]);
  });

  after(() => {
    if (process.env.NOVATION_DIFFERENTIAL_VERBOSE) console.log(next, "events,", compared, "facts compared");
  });

  const ask = (method: string, params: unknown[]) => venue.ethers.provider.send(method, params);

  async function cover(whole: bigint): Promise<void> {
    await venue.token.mint(patron.address, whole * TOKEN);
    await venue.token.connect(patron.signer).approve(venue.clearinghouse, whole * TOKEN);
    await venue.clearinghouse.connect(patron.signer).cover(whole * TOKEN);
  }

  const withdraw = (who: Person, claims: bigint, number = 0) =>
    venue.clearinghouse.connect(who.signer).withdraw(number, claims, who.address);

  it("the deployment", () => undefined);

  it("deposits, a share in the vault, keys, trades, cancelled orders", async () => {
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
    await withdraw(carol, 10n * TOKEN, 1);
    await clearinghouse.collectFees();
  });

  it("a margin call and its cure, liquidations in a batch and to the vault, and its sale", async () => {
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
  });

  it("a lock without a default", async () => {
    await venue.setPrice(price(99_900n));
    await venue.clearinghouse.poke(1n);
    await venue.wait(240n);
    await venue.clearinghouse.poke(1n);
  });

  it("a default that winners pay, by charges and a tear-up, in steps", async () => {
    await venue.roll();
    await venue.setPrice(price(88_000n));
    await venue.clearinghouse.poke(1n);
    await venue.absorb([alice.id, dan.id]);
    await venue.wait(240n);
    await venue.clearinghouse.deleverage(1n, 0n);
    while ((await venue.clearinghouse.lockedGroups()) !== 0n) await venue.clearinghouse.deleverage(1n, 1n);
    await venue.clearinghouse.collect(bob.id, venue.marketId).catch(() => undefined);
  });

  it("a default that nobody sees, its shortfall, and deposits that count at par", async () => {
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
    await withdraw(carol, 100n * TOKEN, 3);
    await withdraw(carol, 50n * TOKEN + 7n, 1);
  });

  it("fees that heal, and a cover of a part", async () => {
    await venue.trade(bob, dan, BASE / 10n, price(81_000n));
    await cover(100n);
  });

  it("a second shortfall, which those deposits share", async () => {
    await venue.trade(bob, patron, BASE / 12n, price(81_000n));
    await venue.drift(price(76_500n));
    await venue.absorb([dan.id]);
    await venue.wait(240n);
    const { shortfall } = await venue.deleverage();
    expect(shortfall > 0n).to.equal(true);
    await withdraw(carol, 10n * TOKEN, 2);
  });

  it("a cover of more than the shortfall, and all withdraw at par again", async () => {
    await cover(50_000n);
    expect(await venue.clearinghouse.recoveryRate()).to.equal(PRICE);
    await withdraw(carol, ALL, 2);
    await withdraw(carol, ALL, 3);
    await cover(3n);
  });

  it("a settlement that looks for the vault's place in a queue, in steps", async () => {
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
  });

  it("parameters, sources, pauses and offices", async () => {
    const { clearinghouse, markets, networkHelpers } = venue;
    await clearinghouse.setMarketParams(venue.marketId, bitcoin({ takerFee: 450n }).params);
    await clearinghouse.setPriceSource(venue.marketId, await markets[0]!.source.getAddress());
    await clearinghouse.setTreasury(patron.address);
    await clearinghouse.pause(0n, PAUSE.REDUCE_ONLY, HOUR);
    await clearinghouse.pause(markets[2]!.id, PAUSE.NO_NEW_RISK, DAY);
    await clearinghouse.unpause(0n);
    await networkHelpers.time.increase(2n * DAY);
    await clearinghouse.pause(markets[2]!.id, PAUSE.NO_NEW_RISK, DAY);
    await clearinghouse.pause(999n, PAUSE.NO_NEW_RISK, DAY);
    await clearinghouse.createGroup();
  });

  it("the end of a market", async () => {
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
  });

  it("and that is every event that the interface has", () => {
    const all = IClearinghouse__factory.abi.filter((entry) => entry.type === "event").map((entry) => entry.name);
    expect(all.filter((name) => !seen.has(name))).to.deep.equal([]);
  });
});

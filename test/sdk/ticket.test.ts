// SPDX-License-Identifier: MIT
import { expect } from "chai";
import type { Signer } from "ethers";
import { NovationClient, Refused } from "../../sdk/client/index.js";
import { viewOf } from "../../sdk/client/viewOf.js";
import {
  OutOfRange,
  USE,
  ViewsDiffer,
  formatFixed,
  groupOf,
  largestTrade,
  money,
  previewTrade,
  price,
  size,
  toCure,
  tokensFor,
  withdrawLimit,
  worstCharge,
  type Address,
  type MarketId,
  type Price,
  type Size,
  type TradeWish,
} from "../../sdk/index.js";
import { seeded } from "../../tools/random.js";
import {
  ANSWER,
  BASE,
  NEVER,
  PRICE,
  QUOTE,
  TOKEN,
  bitcoin,
  expectNear,
  openVenue,
  type Person,
  type Venue,
} from "../stories/venue.js";

const NO_FUNDING = { maxFunding: 0n };

describe("what a ticket tells before it is signed", function () {
  this.timeout(0); // by itself a quarter of a minute
  let venue: Venue;
  let trader: NovationClient;
  let makers: Person[];
  let markets: MarketId[];

  before(async () => {
    const ether = { ...bitcoin(NO_FUNDING, 4_000n * ANSWER), symbol: "ETH" };
    venue = await openVenue({ groups: [[bitcoin(NO_FUNDING), ether]] });
    markets = venue.markets.map(({ id }) => id as MarketId);
    makers = venue.crowd.slice(1, 4);
    for (const maker of makers) await venue.fund(maker, 10_000_000n);
    trader = await clientOf(venue.crowd[0]!);
    await venue.token.mint(venue.crowd[0]!.address, 1_000_000n * TOKEN);
    await trader.deposit(20_000n * TOKEN);
  });

  async function clientOf({ signer }: Person): Promise<NovationClient> {
    const lens = (await venue.lens.getAddress()) as Address;
    return NovationClient.connect(signer as unknown as Signer, { clearinghouse: venue.target, lens });
  }

  const queueOf = async (market: MarketId, long: boolean) =>
    viewOf("queue", await venue.lens.queue(venue.target, market, long, 0n, 100n));

  /** What a trade of the trader's would do, from the views of now. */
  async function wishOf(market: MarketId, fills: TradeWish["fills"]): Promise<TradeWish> {
    const account = await trader.account();
    const views = await Promise.all(markets.map((id) => trader.market(id)));
    const held = account.positions.find((each) => each.market === market)?.size ?? 0n;
    const after = fills.reduce((sum, fill) => sum + fill.size, held);
    return { account, markets: views, market, fills, queue: await queueOf(market, after > 0n) };
  }

  /** Makers sell to the trader, or buy from him, at the fills' prices, in one transaction. */
  async function trade(market: MarketId, fills: TradeWish["fills"], number = 0): Promise<string | undefined> {
    const total = fills.reduce((sum, fill) => sum + fill.size, 0n);
    const limit = total > 0n ? 10n ** 24n : 10n ** 6n;
    const taker = await venue.sign(venue.crowd[0]!, { market, size: total, limit, use: USE.TAKER });
    const orders = [];
    for (const [i, fill] of fills.entries()) {
      const wish = { market, size: -fill.size, limit: fill.price, use: USE.MAKER, number };
      orders.push(await venue.sign(makers[i]!, wish));
    }
    try {
      await trader.settle([venue.matchOf(taker as never, ...(orders as never[]))] as never, true);
      return undefined;
    } catch (failure) {
      if (!(failure instanceof Refused)) throw failure;
      return failure.error.name;
    }
  }

  it("is what the contracts then do, or the reason why they refuse it: opened, added to, reduced, turned, closed", async () => {
    const random = seeded(7);
    const within = (low: bigint, high: bigint): bigint => low + BigInt(Math.floor(random() * Number(high - low)));
    const seen = { done: 0, refused: 0, reduced: 0, turned: 0, liquidatable: 0, behind: 0 };
    for (let step = 0; step < 40; ++step) {
      const index = step % 3 === 2 ? 1 : 0;
      const market = markets[index]!;
      if (step % 7 === 3) await venue.drift(within(97_000n, 103_000n) * PRICE);
      const { mark } = await trader.market(market);
      const [small, large] = index === 0 ? [BASE / 20n, 3n * BASE] : [BASE, 60n * BASE];
      const buys = random() < 0.5;
      const fills = Array.from({ length: 1 + Math.floor(random() * 3) }, () => ({
        size: size(within(small, large) * (buys ? 1n : -1n)),
        price: price((mark * within(9_990n, 10_010n)) / 10_000n),
      }));
      const preview = previewTrade(await wishOf(market, fills));
      // Makers who have nothing: what they held before they might take out of the queue.
      for (const [i] of fills.entries()) await venue.fund(makers[i]!, 300_000n, step + 1);
      const refused = await trade(market, fills, step + 1);
      expect(refused, `step ${step}`).to.equal(preview.refusal?.name);
      if (refused !== undefined) {
        seen.refused++;
        expect(preview.refusal!.sentence.endsWith(preview.refusal!.advice)).to.equal(true);
        continue;
      }
      seen.done++;
      if (preview.onlyReduces) seen.reduced++;
      if (preview.held * preview.size < 0n) seen.turned++;
      const { health, positions } = await trader.account();
      const position = positions.find((each) => each.market === market);
      expect([position?.size ?? 0n, health.cash], `step ${step}`).to.deep.equal([preview.size, preview.cash]);
      expectNear(health.equity, preview.equity, 2n, `equity at step ${step}`);
      expect([health.initial, health.maintenance]).to.deep.equal([preview.initial, preview.maintenance]);
      if (position === undefined) {
        expect([preview.entry, preview.liquidationMark, preview.place]).to.deep.equal([
          undefined,
          undefined,
          undefined,
        ]);
        continue;
      }
      const rounding = (8n * PRICE) / (position.size < 0n ? -position.size : position.size) + 1n;
      expectNear(position.liquidationMark, preview.liquidationMark ?? 0n, rounding, `liquidated at, step ${step}`);
      if (preview.liquidationMark !== undefined) seen.liquidatable++;
      expectNear(position.entry, preview.entry!, PRICE / 10_000n, `entry at step ${step}`);
      const { ahead, aheadShare, complete } = preview.place!;
      expect(complete, `step ${step}`).to.equal(true);
      if (preview.onlyReduces) {
        // Who takes over what is closed joins the same side, perhaps before it.
        const taken = fills.reduce((sum, fill) => sum + (fill.size < 0n ? -fill.size : fill.size), 0n);
        expect(position.ahead >= ahead && position.ahead <= ahead + taken, `ahead at step ${step}`).to.equal(true);
      } else expect([ahead, aheadShare], `step ${step}`).to.deep.equal([position.ahead, position.aheadShare]);
      if (position.ahead > 0n) seen.behind++;
    }
    expect(Object.entries(seen).filter(([, times]) => times < 2)).to.deep.equal([]);
  });

  it("funding of the second in between is all that it does not know", async () => {
    const funded = await openVenue({});
    const [maker, taker] = funded.crowd as [Person, Person];
    for (const who of [maker, taker]) await funded.fund(who, 100_000n);
    await funded.trade(taker, maker, BASE, 100_000n * PRICE);
    await funded.wait(3_000n);
    const lens = (await funded.lens.getAddress()) as Address;
    const addresses = { clearinghouse: funded.target, lens };
    const client = await NovationClient.connect(taker.signer as unknown as Signer, addresses);
    const market = funded.marketId as MarketId;
    const fills = [{ size: size(BASE / 2n), price: price(100_000n * PRICE) }];
    const wish = { account: await client.account(), markets: [await client.market(market)], market, fills };
    const { equity } = previewTrade(wish);
    const order = await funded.sign(maker, { size: -BASE / 2n, limit: 100_000n * PRICE });
    await client.fillOrder(order as never, size(BASE / 2n), 0, undefined, { deadline: NEVER });
    expectNear((await client.account()).health.equity, equity, QUOTE / 100n, "equity, a second or two later");
  });

  it("the largest trade stands, and one that is a millionth larger does not", async () => {
    for (const market of markets) {
      for (const buys of [true, false]) {
        const { mark } = await trader.market(market);
        const { fills: _, queue: __, ...wish } = await wishOf(market, [{ size: size(1n), price: mark }]);
        const most = largestTrade(wish, buys, mark);
        expect(most > 0n).to.equal(buys);
        const refusalOf = (delta: Size) => previewTrade({ ...wish, fills: [{ size: delta, price: mark }] }).refusal;
        expect(refusalOf(most)).to.equal(undefined);
        const more = size(most + most / 1_000_000n);
        expect(refusalOf(more)?.name).to.be.oneOf(["InsufficientMargin", "OpenInterestCapReached"]);
        const undo = await venue.mark();
        expect(await trade(market, [{ size: more, price: mark }])).to.equal(refusalOf(more)!.name);
        expect(await trade(market, [{ size: most, price: mark }])).to.equal(undefined);
        await undo();
      }
    }
  });

  it("views of two blocks, fills of two directions and no fill at all are refused by name", async () => {
    const { mark } = await trader.market(markets[0]!);
    const fill = { size: size(BASE), price: mark };
    const wish = await wishOf(markets[0]!, [fill]);
    const other = wish.markets.map((view) => ({ ...view, mark: (view.mark + 1n) as Price }));
    expect(() => previewTrade({ ...wish, markets: other })).to.throw(ViewsDiffer, "different blocks");
    expect(() => previewTrade({ ...wish, fills: [] })).to.throw(OutOfRange, "at least one");
    const back = { ...fill, size: size(-BASE) };
    expect(() => previewTrade({ ...wish, fills: [fill, back] })).to.throw(OutOfRange, "same sign");
    expect(() => previewTrade({ ...wish, markets: [] })).to.throw(OutOfRange, "market without a view");
  });

  it("the worst charge is what the very jump brings", () => {
    expect(worstCharge(size(-2n * BASE), price(100_000n * PRICE), -100_000n)).to.equal(20_000n * QUOTE);
    expect(worstCharge(size(BASE), price(100_000n * PRICE), 25_000n)).to.equal(2_500n * QUOTE);
    expect(worstCharge(size(0n), price(100_000n * PRICE), 25_000n)).to.equal(0n);
  });

  it("the amount that cures a margin call cures it, and a token unit less does not", async () => {
    const called = venue.crowd[4]!;
    await venue.fund(called, 6_000n);
    await venue.trade(called, makers[0]!, BASE, (await trader.market(markets[0]!)).mark);
    const { mark } = await trader.market(markets[0]!);
    await venue.drift((mark * 967n) / 1_000n);
    const client = await clientOf(called);
    const { health } = await client.account();
    expect(toCure(health) > 0n, "below the call level").to.equal(true);
    await venue.clearinghouse.marginCall(called.id);
    const enough = tokensFor(toCure(health), 6);
    await venue.token.mint(called.address, enough);
    await client.deposit(enough - 1n);
    expect((await client.account()).health.calledAt > 0n).to.equal(true);
    const { events } = await client.deposit(1n);
    expect(events.map(({ kind }) => kind)).to.include("MarginCallCleared");
    expect((await client.account()).health.calledAt).to.equal(0n);
    expect(toCure((await client.account()).health)).to.equal(0n);
  });

  it("amounts become token units upwards, with few decimals and with many", () => {
    expect(tokensFor(money(1n), 6)).to.equal(1n);
    expect(tokensFor(money(1_001n), 6)).to.equal(2n);
    expect(tokensFor(money(1_001n), 18)).to.equal(1_001n * 10n ** 9n);
  });

  it("what can leave, and why no more, is what withdraw says", async () => {
    const limitOf = async (client: NovationClient) => {
      const account = await client.account();
      const [state, group] = [
        viewOf("venue", await venue.lens.venue(venue.target)),
        viewOf("group", await venue.lens.group(venue.target, groupOf(markets[0]!))),
      ];
      return withdrawLimit(account, state, group);
    };
    const holder = await clientOf(venue.crowd[6]!);
    await venue.fund(venue.crowd[6]!, 30_000n);
    await venue.trade(venue.crowd[6]!, makers[0]!, BASE, (await trader.market(markets[0]!)).mark);
    const bound = await limitOf(holder);
    expect(bound.by).to.equal("margin");
    expect(await holder.withdraw(bound.max / 1_000n + 1n).catch((failure: Refused) => failure.error.name)).to.equal(
      "InsufficientWithdrawable",
    );
    await holder.withdraw(bound.max / 1_000n);

    const rich = await clientOf(venue.crowd[7]!);
    await venue.fund(venue.crowd[7]!, 90_000_000n);
    await venue.wait(3n * 86_400n);
    const { by, max } = await limitOf(rich);
    expect(by).to.equal("outflow");
    expect(max < (await rich.account()).health.withdrawable).to.equal(true);
    const fails = await rich.withdraw(max / 1_000n + 1_000_000n).catch((failure: Refused) => failure.error.name);
    expect(fails).to.equal("OutflowCapReached");

    const idle = await clientOf(venue.crowd[5]!);
    await venue.fund(venue.crowd[5]!, 5n);
    expect(await limitOf(idle)).to.deep.equal({ max: 5n * QUOTE, by: "cash", refusal: undefined });

    await venue.setPrice(4_000n * PRICE, 1);
    await venue.setPrice(60_000n * PRICE);
    expect((await limitOf(holder)).refusal?.name).to.equal("GapOpen");
    await venue.clearinghouse.poke(1n);
    const locked = await limitOf(holder);
    expect([locked.max, locked.by, locked.refusal?.name]).to.deep.equal([0n, "refusal", "GroupLocked"]);
    expect(await holder.withdraw(1_000n).catch((failure: Refused) => failure.error.name)).to.equal("GroupLocked");
  });

  it("fixed decimals are exact, and rounded the way that is asked for", () => {
    expect(formatFixed(60_000_100n, 3, 2, "down")).to.equal("60000.10");
    expect(formatFixed(-1_005n, 3, 2, "down")).to.equal("-1.01");
    expect(formatFixed(-1_005n, 3, 2, "up")).to.equal("-1.00");
    expect(formatFixed(1_005n, 3, 2, "nearest")).to.equal("1.01");
    expect(formatFixed(1_004n, 3, 2, "nearest")).to.equal("1.00");
    expect(formatFixed(-4n, 3, 2, "nearest")).to.equal("0.00");
    expect(formatFixed(5n, 0, 2, "up")).to.equal("5.00");
    expect(formatFixed(2n ** 255n, 18, 0, "down")).to.equal((2n ** 255n / PRICE).toString());
    expect(() => formatFixed(1 as never, 1, 1, "up")).to.throw(OutOfRange);
  });
});

// SPDX-License-Identifier: MIT
import { expect } from "chai";
import { HttpRpc } from "../../sdk/client/chain/HttpRpc.js";
import { seriesOf, type SeriesId } from "../../sdk/options/series.js";
import { USE, type SignedOrder } from "../order/Order.js";
import { LensReader, isOption } from "../series/LensReader.js";
import { balanceAfter } from "../series/Standing.js";
import { auditedOf } from "./audited.js";
import { EXPIRIES, OptionVenue, SPOT } from "./OptionVenue.js";
import { NANO, UNIT } from "./people.js";

describe("a relay of options, when something goes wrong", function () {
  this.timeout(300_000);
  let venue: OptionVenue;
  let call: SeriesId;
  let put: SeriesId;
  before(async () => {
    venue = await OptionVenue.open(8);
    [call, put] = [venue.named("ETH-28NOV25-4000-C"), venue.named("ETH-28NOV25-4000-P")];
  });
  after(() => venue.close());

  const base = (size: bigint) => Number(size) / 1e9;
  const makerOf = (trader: number, series: SeriesId, size: number, limit: bigint) =>
    venue.order(trader, series, size, limit, { use: USE.MAKER });
  const legOf = (trader: number, series: SeriesId, size: number, limit: bigint) =>
    venue.order(trader, series, size, limit, { use: USE.TAKER, matcher: venue.submitter });
  const accepted = async (...orders: SignedOrder[]) => {
    for (const order of orders) {
      const { status, body } = await venue.post(order);
      expect(status, JSON.stringify(body)).to.equal(201);
    }
  };
  const cancelOnChain = async (trader: number, { order }: SignedOrder) => {
    const wallet = await venue.feed(trader);
    const { clearinghouse } = venue.deployed;
    await venue.sendAll(() => clearinghouse.connect(wallet).cancelOrder(order.salt, order.account));
  };

  it("counts margin as the lens does, and never as less", async () => {
    // Somebody with positions of every kind.
    const perpetual = venue.named("ETH-PERPETUAL");
    const future = venue.named("ETH-5DEC25");
    const plays = [
      [call, -20],
      [put, -15],
      [perpetual, 10],
      [future, -12],
      [venue.named("ETH-21NOV25-4200-C"), 30],
    ] as const;
    for (const [series, size] of plays) {
      const mark = await venue.mark(series);
      await accepted(
        await venue.order(0, series, -size, mark),
        await venue.order(1, series, size, mark, { use: USE.TAKER }),
      );
      await venue.mine();
    }
    const { clearinghouse, options, chainId } = venue.deployment;
    expect(chainId).to.equal(31_337n);
    const rpc = new HttpRpc([venue.url], { requestTimeout: 20_000, requestRetries: 0 });
    const reader = new LensReader(rpc, clearinghouse, options!.lens);
    const block = await venue.chain.provider.getBlockNumber();
    const { standing } = await reader.portfolio(venue.accountOf(1), block);
    let [most, count] = [0, 0];
    for (const series of [call, put, perpetual, future, venue.named("ETH-21NOV25-4300-C")]) {
      const mark = await venue.mark(series);
      const marked = (await venue.deployed.optionLens.chain(clearinghouse, 1)).factors.spot;
      expect(marked).to.equal(BigInt(SPOT) * UNIT);
      for (const size of [40n * NANO, -7n * NANO]) {
        const price = await exactMark(series);
        const [exact, unit] = await Promise.all([
          reader.trade(venue.accountOf(1), 1n, [{ series, size, price: mark }], block),
          reader.unitRisk(series, 1n, size > 0n, price, block),
        ]);
        const { fees } = await venue.deployed.optionLens.trade(clearinghouse, venue.accountOf(1), 1, [
          { series, size, price: mark },
        ]);
        const magnitude = size < 0n ? -size : size;
        const addition = { buys: size > 0n, size: magnitude, limit: mark, mark: price, fee: fees };
        const found = balanceAfter(standing, [{ ...addition, isOption: isOption(series), risk: unit }]);
        const close = (a: bigint, b: bigint) => expect(Number(a - b), `${series} ${size}`).to.be.within(-5_000, 5_000);
        close(found.equity, exact.equity);
        close(found.atAnchor, exact.atAnchor);
        close(found.atRecorded, exact.atRecorded);
        expect(found.required >= exact.required - 5_000n, `${series} ${size}: ${found.required}`).to.equal(true);
        most = Math.max(most, Number(found.required - exact.required) / Number(exact.required));
        ++count;
      }
    }
    expect(count).to.equal(10);
    expect(most, "of what the contracts ask for").to.be.lessThan(0.02);
  });

  /** The mark to the last digit. */
  const exactMark = async (series: SeriesId) => {
    const { ladders, perpetual } = await venue.deployed.optionLens.chain(venue.deployment.clearinghouse, 1);
    const index = series & 255n;
    if (index === 255n) return perpetual.mark;
    const ladder = ladders.find(({ place }) => place === index >> 5n)!;
    if ((index & 31n) === 30n) return ladder.future.mark;
    const strike = ladder.strikes[Number((index & 31n) >> 1n)]!;
    return (index & 1n) === 1n ? strike.put.mark : strike.call.mark;
  };

  it("stores risk arrays before a batch that would compute them often, and not for a single fill", async () => {
    const { optionLens, clearinghouse } = venue.deployed;
    const [far, near] = [7, 9].map((strike) => seriesOf(1, { type: "call", ladder: 2, strike })) as [
      SeriesId,
      SeriesId,
    ];
    const isFresh = async (series: SeriesId) => {
      const { ladders } = await optionLens.chain(clearinghouse, 1);
      return ladders[Number((series & 255n) >> 5n)]!.strikes[Number((series & 31n) >> 1n)]!.arrayFresh;
    };
    const limit = (await venue.mark(near)) + UNIT;
    await accepted(await makerOf(3, near, -1, limit), await venue.order(5, near, 1, limit, { use: USE.TAKER }));
    await venue.mine();
    expect([base(await venue.held(5, near)), await isFresh(near)]).to.deep.equal([1, false]);
    const price = (await venue.mark(far)) + UNIT;
    await accepted(await makerOf(3, far, -3, price));
    const takers = await Promise.all([5, 6, 7].map((each) => venue.order(each, far, 1, price, { use: USE.TAKER })));
    await Promise.all(takers.map((each) => venue.post(each)));
    await venue.mine();
    expect(await isFresh(far)).to.equal(true);
    expect(await Promise.all([5, 6, 7].map(async (each) => base(await venue.held(each, far))))).to.deep.equal([
      1, 1, 1,
    ]);
  });

  it("a bad order of a batch is dropped with its reason, and all others are settled", async () => {
    const mark = await venue.mark(call);
    const [poor, rich] = [await makerOf(2, call, -1, mark), await makerOf(3, call, -1, mark + UNIT)];
    const other = await makerOf(3, put, 1, (await venue.mark(put)) - UNIT);
    await accepted(poor, rich, other);
    // In a block that the relay has not seen when it matches.
    await cancelOnChain(2, poor);
    const taker = await venue.order(4, call, 1, mark + 2n * UNIT, { use: USE.TAKER });
    const seller = await venue.order(5, put, -1, other.order.limit, { use: USE.TAKER });
    await accepted(taker, seller);
    await venue.mine();
    await venue.mine();
    expect(venue.live(poor).left).to.equal(0n);
    // A taker whose only maker was bad may be filled by the next, in the block after it.
    expect(base(await venue.held(5, put)), "beside the bad one").to.equal(-1);
    expect(await auditedOf(venue)).to.deep.equal([]);
  });

  it("a package with a bad maker is given up whole: no leg is filled, the good makers are back", async () => {
    const [high, low] = [await venue.mark(call), await venue.mark(put)];
    const bad = await makerOf(2, call, -1, high - UNIT);
    const good = await makerOf(3, put, 1, low + UNIT);
    await accepted(bad, good);
    await cancelOnChain(2, bad);
    const legs = [await legOf(6, call, 1, high - UNIT), await legOf(6, put, -1, low + UNIT)];
    const answer = await venue.package(legs);
    expect(answer.status, JSON.stringify(answer.body)).to.equal(201);
    await venue.mine();
    await venue.mine();
    expect([base(await venue.held(6, call)), base(await venue.held(6, put))]).to.deep.equal([0, 0]);
    expect(legs.map((leg) => [venue.live(leg).left, venue.live(leg).inflight])).to.deep.equal([
      [0n, 0n],
      [0n, 0n],
    ]);
    expect(base(venue.live(good).left)).to.equal(1);
    expect(await auditedOf(venue)).to.deep.equal([]);
  });

  it("what a reorganisation takes back is sent again, a package too, and a restart loses nothing", async () => {
    const { provider } = venue.chain;
    const [high, low] = [await venue.mark(call), await venue.mark(put)];
    await accepted(await makerOf(3, call, -1, high), await makerOf(3, put, -1, low + 2n * UNIT));
    const snapshot = await venue.chain.snapshot();
    const legs = [await legOf(7, call, 1, high), await legOf(7, put, 1, low + 2n * UNIT)];
    expect((await venue.package(legs)).status).to.equal(201);
    await venue.mine();
    expect(base(await venue.held(7, put))).to.equal(1);
    expect(await provider.send("evm_revert", [snapshot])).to.equal(true);
    await venue.chain.mineOnDemand();
    await venue.chain.mineWaiting();
    await venue.running.relay.wake();
    expect(
      legs.map((leg) => base(venue.live(leg).inflight)),
      "on its way again",
    ).to.deep.equal([1, 1]);
    await venue.running.close();
    await venue.start();
    expect(
      legs.map((leg) => base(venue.live(leg).inflight)),
      "after a restart",
    ).to.deep.equal([1, 1]);
    await venue.mine();
    await venue.mine();
    expect([base(await venue.held(7, call)), base(await venue.held(7, put))]).to.deep.equal([1, 1]);
    expect(legs.map((leg) => [venue.live(leg).left, venue.live(leg).inflight])).to.deep.equal([
      [0n, 0n],
      [0n, 0n],
    ]);
    expect(await auditedOf(venue)).to.deep.equal([]);
  });

  it("with several keys, what names a matcher is sent from the first; the others are none", async () => {
    await venue.running.close();
    await venue.start({ maxPending: 1 }, [6, 5]);
    const { submitters } = (await venue.ask("/v1/info")).body as unknown as { submitters: [string, string] };
    expect(submitters[0].toLowerCase()).to.equal(venue.submitter);
    const [mark, low] = [await venue.mark(call), await venue.mark(put)];
    const maker = await makerOf(3, call, -2, mark + UNIT);
    await accepted(maker);
    const other = submitters[1].toLowerCase() as `0x${string}`;
    const wrong = await venue.order(4, call, 1, mark + UNIT, { use: USE.TAKER, matcher: other });
    expect((await venue.post(wrong)).body["error"]).to.equal("MatcherOnly");
    const held = await venue.held(4, call);
    // A first settlement takes the first key's room, and the next one waits for it.
    await accepted(await makerOf(3, put, -1, low + 3n * UNIT));
    await accepted(await legOf(4, put, 1, low + 3n * UNIT));
    await accepted(await legOf(4, call, 1, mark + UNIT));
    for (let block = 0; block < 4; ++block) await venue.mine();
    expect(base((await venue.held(4, call)) - held)).to.equal(1);
    expect(await auditedOf(venue)).to.deep.equal([]);
    await venue.running.close();
    await venue.start();
  });

  it("drops what a withdrawal or a move leaves without margin", async () => {
    const mark = await venue.mark(call);
    const offer = await makerOf(2, call, -100, mark + 10n * UNIT);
    await accepted(offer);
    const wallet = await venue.feed(2);
    const { clearinghouse } = venue.deployed;
    await venue.sendAll(() => clearinghouse.connect(wallet).withdraw(0, 980_000n * 10n ** 6n, wallet.address));
    await venue.mine();
    expect([venue.live(offer).left, venue.live(offer).reason]).to.deep.equal([0n, 4]);
    const { status, body } = await venue.post(await makerOf(2, call, -100, mark + 10n * UNIT));
    expect([status, body["error"]]).to.deep.equal([422, "InsufficientMargin"]);
  });

  it("what is matched and not mined counts: an offer that was good before is refused after it", async () => {
    // Trader 2 has about 20,000 left.
    const mark = await venue.mark(call);
    const limit = mark + 3n * UNIT;
    const size = await (async () => {
      for (let size = 64; ; size /= 2) {
        if ((await venue.post(await makerOf(2, call, -size, limit))).status === 201) return size;
      }
    })();
    const held = await venue.held(4, call);
    await accepted(await venue.order(4, call, size, limit, { use: USE.TAKER }));
    const more = await venue.post(await makerOf(2, call, -size, limit));
    expect([more.status, more.body["error"]]).to.deep.equal([422, "InsufficientMargin"]);
    await venue.mine();
    await venue.mine();
    expect(base((await venue.held(4, call)) - held)).to.equal(size);
    expect(await auditedOf(venue)).to.deep.equal([]);
  });

  it("matches nothing at a gap, and goes on when the price is back", async () => {
    const { feed } = venue.deployed;
    await venue.sendAll(() => feed.setAnswer(4_300n * 10n ** 8n));
    await venue.running.relay.wake();
    const mark = await venue.mark(call);
    const taker = async () => venue.order(4, call, 1, mark, { use: USE.TAKER });
    expect((await venue.post(await taker())).body["error"]).to.equal("PriceNotFresh");
    const { body } = await venue.ask("/v1/markets");
    expect(body.some((each) => (each as { trades: boolean }).trades)).to.equal(false);
    await venue.sendAll(() => feed.setAnswer(BigInt(SPOT) * 10n ** 8n));
    await venue.running.relay.wake();
    expect((await venue.post(await taker())).status).to.equal(201);
  });

  it("matches nothing while the volatility is stale, and goes on when it is told anew", async () => {
    await venue.chain.mine([], venue.chain.now + 4_000);
    await venue.running.relay.wake();
    const { body } = await venue.ask("/v1/markets/ETH-28NOV25-4000-C/book");
    expect(body).to.have.property("market", Number(call));
    const mark = await venue.mark(call);
    const taker = await venue.order(4, call, 1, mark, { use: USE.TAKER });
    expect((await venue.post(taker)).body).to.have.property("error", "PriceNotFresh");
    const [ask, bid] = [await venue.order(3, call, -1, mark), await venue.order(4, call, 1, mark)];
    await accepted(ask, bid);
    expect(base(venue.live(ask).left), "they cross, and rest").to.equal(1);
    const held = await venue.held(4, call);
    await venue.pass(1);
    await venue.mine();
    await venue.mine();
    expect(base((await venue.held(4, call)) - held)).to.equal(1);
  });

  it("an expiry takes its books away, each order by its own terms; the others stay", async () => {
    const near = venue.named("ETH-21NOV25-4000-C");
    const [mark, later] = [await venue.mark(near), await venue.mark(call)];
    const expiry = BigInt(EXPIRIES[0]!);
    const [first, second] = [
      await venue.order(3, near, -1, mark + 5n * UNIT, { use: USE.MAKER, expiry }),
      await venue.order(3, call, -1, later + 5n * UNIT, { use: USE.MAKER, expiry: expiry + 86_400n }),
    ];
    await accepted(first, second);
    for (let now = Number(await venue.now); now < EXPIRIES[0]! - 3_600; now = Number(await venue.now)) {
      await venue.pass(Math.min(80_000, EXPIRIES[0]! - 3_600 - now));
    }
    await venue.running.relay.wake();
    expect(base(venue.live(first).left), "an hour before").to.equal(1);
    await venue.pass(EXPIRIES[0]! - Number(await venue.now) + 60);
    await venue.running.relay.wake();
    expect([venue.live(first).left, venue.live(first).reason]).to.deep.equal([0n, 0]);
    const { body } = await venue.ask("/v1/markets");
    const names = body.map((each) => (each as { name: string }).name);
    expect(names.some((name) => name.startsWith("ETH-21NOV25"))).to.equal(false);
    expect(names).to.include("ETH-28NOV25-4000-C");
    const late = await venue.order(3, near, -1, mark, { expiry });
    expect((await venue.post(late)).body["error"]).to.equal("OrderExpired");
    const [code, message] = await (async () => {
      const answer = await venue.post(await venue.order(3, near, -1, mark));
      return [answer.body["error"], answer.body["message"]];
    })();
    expect(code).to.equal("SeriesExpired");
    expect(message).to.match(/^ETH-21NOV25-4000-C has expired\. Listed are ETH-28NOV25, ETH-5DEC25\./);
    expect(base(venue.live(second).left), "of another expiry").to.equal(1);
    expect(await auditedOf(venue)).to.deep.equal([]);
  });
});

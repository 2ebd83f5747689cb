// SPDX-License-Identifier: MIT
import { expect } from "chai";
import type { SeriesId } from "../../sdk/options/series.js";
import { USE, type SignedOrder } from "../order/Order.js";
import { keyOf } from "../order/signing.js";
import { signedToWire } from "../order/wire.js";
import { auditedOf } from "./audited.js";
import { EXPIRIES, OptionVenue } from "./OptionVenue.js";
import { NANO, UNIT } from "./people.js";

const CENT = UNIT / 100n;

describe("a relay of options on a real node", function () {
  this.timeout(300_000);
  let venue: OptionVenue;
  let quotes: SignedOrder[] = [];
  before(async () => {
    venue = await OptionVenue.open(8);
  });
  after(() => venue.close());

  /** A maker's bid and offer of `base` around the mark, at most a percent of spot off it. */
  const quote = async (maker: number, series: SeriesId, base: number, half = UNIT) => {
    const mark = await venue.mark(series);
    const bid = mark > half ? mark - half : CENT;
    return [
      await venue.order(maker, series, base, bid, { use: USE.MAKER }),
      await venue.order(maker, series, -base, mark + half, { use: USE.MAKER }),
    ];
  };
  /** Legs of a package. */
  const leg = (trader: number, series: SeriesId, base: number, limit: bigint) =>
    venue.order(trader, series, base, limit, { use: USE.TAKER, matcher: venue.submitter });
  const errorOf = async (signed: SignedOrder) => {
    const { body } = await venue.post(signed);
    return [body["error"], body["message"]] as [string, string];
  };

  it("lists its series by name, with expiry, strike and forward", async () => {
    const { body } = await venue.ask("/v1/markets");
    expect(body.length).to.equal(3 * 31 + 1);
    const call = body.find((each) => (each as { name: string }).name === "ETH-21NOV25-4000-C");
    expect(call).to.deep.include({ market: Number(venue.named("ETH-21NOV25-4000-C")), group: 1, trades: true });
    expect(call).to.deep.include({ type: "call", expiry: EXPIRIES[0], strike: String(4_000n * UNIT) });
    expect(call).to.have.property("forward", String(4_000n * UNIT));
  });

  it("a maker quotes 30 series, both sides, in one call; each is settled as it is met", async () => {
    const names = [0, 1].flatMap((ladder) => {
      const { base, step } = venue.ladders.get(ladder)!;
      const date = ["21NOV25", "28NOV25"][ladder]!;
      return Array.from({ length: 15 }, (_, i) => {
        const strike = (base + BigInt(i) * step) / UNIT;
        return `ETH-${date}-${strike}-${strike < 4_000n ? "P" : "C"}`;
      });
    });
    quotes = (await Promise.all(names.map((name) => quote(0, venue.named(name), 2)))).flat();
    expect(quotes.length).to.equal(60);
    const { body } = await venue.ask("/v1/orders/batch", quotes.map(signedToWire));
    const refused = body.filter((each) => "error" in (each as object));
    expect(refused).to.deep.equal([]);
    const [series, other] = [venue.named("ETH-28NOV25-4000-C"), venue.named("ETH-21NOV25-4000-C")];
    const [buys, sells] = [
      await venue.order(1, series, 1, (await venue.mark(series)) + UNIT, { use: USE.TAKER }),
      await venue.order(2, other, -1, (await venue.mark(other)) - UNIT, { use: USE.TAKER }),
    ];
    for (const each of [buys, sells]) expect((await venue.post(each)).status).to.equal(201);
    await venue.mine();
    expect(await venue.held(1, series)).to.equal(NANO);
    expect(await venue.held(2, other)).to.equal(-NANO);
    expect(await venue.held(0, series)).to.equal(-NANO);
  });

  it("refuses by name what is not listed, lives longer than its series, is off the tick, or too small", async () => {
    const call = venue.named("ETH-21NOV25-4000-C");
    const mark = await venue.mark(call);
    const unlisted = ((1n << 8n) | (7n << 5n)) as SeriesId;
    const [code, message] = await errorOf(await venue.order(1, unlisted, 1, mark));
    expect(code).to.equal("SeriesNotListed");
    expect(message).to.match(/ladder 7 of ETH.*Listed are ETH-21NOV25, ETH-28NOV25, ETH-5DEC25\./);
    expect((await errorOf(await venue.order(1, ((1n << 8n) | 31n) as SeriesId, 1, mark)))[0]).to.equal("MarketUnknown");
    const late = await venue.order(1, call, 1, mark, { expiry: BigInt(EXPIRIES[0]!) + 1n });
    expect((await errorOf(late))[0]).to.equal("OrderOutlivesSeries");
    expect((await errorOf(await venue.order(1, call, 1, mark + 1n)))[0]).to.equal("OffTick");
    // 10 quote of the underlying, not of the premium: 0.002 contracts are 8.
    expect((await errorOf(await venue.order(1, call, 0.002, mark)))[0]).to.equal("TooSmall");
    const large = await venue.ask("/v1/markets/9999999999/book");
    expect([large.status, large.body["bids"]]).to.deep.equal([200, []]);
    const none = await venue.ask("/v1/markets/ETH-21NOV25-4001-C/book");
    expect([none.status, none.body["error"]]).to.deep.equal([404, "SeriesNotListed"]);
  });

  it("refuses another's signature, and takes nothing else amiss", async () => {
    const call = venue.named("ETH-21NOV25-4000-C");
    const signed = await venue.order(1, call, 1, (await venue.mark(call)) - UNIT);
    const other = venue.sign(keyOf(`0x${"55".repeat(32)}`), signed.order);
    expect((await errorOf({ ...other, signer: signed.signer }))[0]).to.equal("BadSignature");
    expect((await errorOf(other))[0]).to.equal("SignerNotAuthorised");
    expect((await venue.post(signed)).status).to.equal(201);
  });

  it("refuses a naked seller by what the lens says, and lets a buyer in who has only the premium", async () => {
    const call = venue.named("ETH-21NOV25-4000-C");
    const mark = await venue.mark(call);
    const [code, message] = await errorOf(await venue.order(3, call, -4_000, mark + UNIT));
    expect(code, message).to.equal("InsufficientMargin");
    // He has 1,000,000: all of it may be spent on options, whose margin is never more than they are worth.
    const size = Number((999_000n * UNIT) / (mark + 2n * UNIT));
    const buyer = await venue.order(3, call, size, mark, { use: USE.MAKER });
    const answer = await venue.post(buyer);
    expect(answer.status, JSON.stringify(answer.body)).to.equal(201);
  });

  it("trades a spread as a package whose first leg alone is refused", async () => {
    const [sold, bought] = [venue.named("ETH-28NOV25-4000-C"), venue.named("ETH-28NOV25-4200-C")];
    await venue.running.relay.rest();
    const wallet = await venue.feed(4);
    const { clearinghouse } = venue.deployed;
    // Left with 1,000.
    await venue.sendAll(() => clearinghouse.connect(wallet).withdraw(0, 999_000n * 10n ** 6n, wallet.address));
    await venue.mine();
    const [high, low] = [await venue.mark(sold), await venue.mark(bought)];
    const spread = async (size = 2) => [await leg(4, sold, -size, high - UNIT), await leg(4, bought, size, low + UNIT)];
    const [alone] = await spread();
    expect((await errorOf(alone!))[0]).to.equal("InsufficientMargin");
    const least = 2n * (high - low - 2n * UNIT);
    const refused = await venue.package(await spread(), -(least / NANO) - 1n);
    expect(refused.body["error"]).to.equal("NetNotMet");
    const whole = await venue.package(await spread(3));
    expect(whole.body["error"], "the maker has 2 of each").to.equal("NotWhole");
    const legs = await spread();
    const answer = await venue.package(legs, -(least / NANO));
    expect(answer.status, JSON.stringify(answer.body)).to.equal(201);
    expect(answer.body.map((each) => (each as { status: string }).status)).to.deep.equal(["matched", "matched"]);
    await venue.mine();
    expect(await venue.held(4, sold)).to.equal(-2n * NANO);
    expect(await venue.held(4, bought)).to.equal(2n * NANO);
    expect((await venue.package(legs)).status, "known").to.equal(201);
  });

  it("refuses what is no package", async () => {
    const [one, two] = [venue.named("ETH-21NOV25-4000-C"), venue.named("ETH-21NOV25-3900-P")];
    const mark = await venue.mark(one);
    const legs = async (more: object, other: SeriesId = two) => [
      await leg(1, one, 1, mark),
      await venue.order(1, other, 1, mark, { use: USE.TAKER, matcher: venue.submitter, ...more }),
    ];
    const malformed = async (more: object, other?: SeriesId) => {
      const { body } = await venue.package(await legs(more, other));
      return `${body["error"]}: ${body["message"]}`;
    };
    expect(await malformed({ matcher: `0x${"00".repeat(20)}` })).to.match(/^PackageMalformed.*matcher/);
    expect(await malformed({ use: USE.EITHER })).to.match(/^PackageMalformed.*TAKER/);
    expect(await malformed({}, one)).to.match(/^PackageMalformed.*one leg/);
    expect(await malformed({ account: venue.accountOf(2) })).to.match(
      /^BadSignature|SignerNotAuthorised|PackageMalformed/,
    );
  });

  it("has told nothing that its journal and the chain do not bear out", async () => {
    expect(await auditedOf(venue)).to.deep.equal([]);
  });
});

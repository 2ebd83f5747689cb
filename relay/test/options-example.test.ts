// SPDX-License-Identifier: MIT
import { expect } from "chai";
import { NovationClient, optionDesk } from "../../sdk/client/index.js";
import { price, size } from "../../sdk/units.js";
import { RelayDesk } from "../example/options.js";
import { auditedOf } from "./audited.js";
import { OptionVenue } from "./OptionVenue.js";
import { NANO, UNIT } from "./people.js";

describe("the example of a market maker and a trader of options", function () {
  this.timeout(300_000);
  let venue: OptionVenue;
  before(async () => {
    venue = await OptionVenue.open(2);
  });
  after(() => venue.close());

  const deskOf = async (trader: number) => {
    const wallet = await venue.feed(trader);
    const client = await NovationClient.connect(wallet, venue.deployment);
    const desk = await optionDesk(client, venue.deployment.options!);
    return { desk, relay: await RelayDesk.open(`http://127.0.0.1:${venue.running.port}`, desk, wallet) };
  };

  it("quotes many series, quotes anew, trades a spread against them, and takes the quotes out", async () => {
    const [maker, taker] = [await deskOf(0), await deskOf(1)];
    const { optionLens, clearinghouse } = venue.deployed;
    const { ladders } = await optionLens.chain(clearinghouse, 1);
    const names = ladders.slice(0, 2).flatMap(({ place, strikes }) =>
      strikes.map(({ call }, strike) => {
        const name = maker.desk.nameOf(((1n << 8n) | (place << 5n) | BigInt(2 * strike)) as never);
        return { name, mark: call.mark - (call.mark % (UNIT / 100n)) };
      }),
    );
    expect(names.length).to.equal(30);
    const quotes = (half: bigint) =>
      names.map(({ name: series, mark }) => ({
        series,
        bid: { price: price(mark > half ? mark - half : UNIT / 100n), size: size(3n * NANO) },
        ask: { price: price(mark + half), size: size(3n * NANO) },
      }));
    const first = await maker.relay.quote(quotes(2n * UNIT));
    expect(first.filter(({ error }) => error !== undefined)).to.deep.equal([]);
    const second = await maker.relay.quote(quotes(UNIT));
    expect(second.filter(({ status }) => status !== "open")).to.deep.equal([]);
    const { engine } = venue.running.exchange;
    expect(engine.orders.get(first[0]!.hash as never)!.left, "the second took its place").to.equal(0n);

    const [sold, bought] = [names.find(({ name }) => name === "ETH-28NOV25-4000-C")!, names.at(-2)!];
    const legs = [
      { series: sold.name, size: size(-2n * NANO), limit: price(sold.mark - UNIT) },
      { series: bought.name, size: size(2n * NANO), limit: price(bought.mark + UNIT) },
    ];
    const { later } = await taker.desk.preview(legs);
    const receives = ((sold.mark - bought.mark - 2n * UNIT) * 2n) / NANO;
    const traded = await taker.relay.trade(legs, -receives);
    expect(traded.map(({ status }) => status)).to.deep.equal(["matched", "matched"]);
    await venue.mine();
    const { positions, margin } = await taker.desk.portfolio();
    expect(positions.map(({ name, size: held }) => [name, held])).to.deep.equal([
      [sold.name, -2n * NANO],
      [bought.name, 2n * NANO],
    ]);
    expect(Number(margin.initial)).to.be.closeTo(Number(later.initial), Number(later.initial) / 1_000);

    const refused = await taker.relay
      .trade([{ ...legs[0]!, size: size(-9n * NANO) }, legs[1]!])
      .catch((why: Error) => why);
    expect((refused as Error).message).to.match(/^NotWhole: /);
    const gone = await maker.relay.withdrawQuotes();
    expect(gone.length).to.equal(60);
    for (const market of engine.markets) {
      expect([engine.peek(market).bids.best, engine.peek(market).asks.best]).to.deep.equal([undefined, undefined]);
    }
    expect(await auditedOf(venue)).to.deep.equal([]);
  });
});

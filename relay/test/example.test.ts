// SPDX-License-Identifier: MIT
import { expect } from "chai";
import { BookReader, RelayClient, type Message } from "../example/client.js";
import { cancelDigest } from "../order/cancel.js";
import { signedToWire } from "../order/wire.js";
import { Place, signedBy, traderOf } from "./Place.js";
import { CHAIN, CLEARINGHOUSE, MARKET, NANO, UNIT, hashOf } from "./people.js";

describe("the example of a client", () => {
  let place: Place;
  let client: RelayClient;
  beforeEach(async () => {
    place = await Place.open();
    client = await RelayClient.connect(place.url);
  });
  afterEach(async () => {
    client.close();
    await place.close();
  });
  const [ann, bob] = [traderOf(1), traderOf(2)];

  it("trades, follows its account and a book that it checks, and sees when a delta is lost", async () => {
    await place.order(signedBy(bob, -2, 103));
    const messages: Message[] = [];
    client.onMessage = (message) => messages.push(message);
    await client.ask({ op: "subscribe", channel: `book:${MARKET}` });
    await client.ask({ op: "subscribe", channel: `account:${BigInt(ann.address) << 32n}` });
    const order = signedBy(ann, 5, 100);
    const posted = await client.ask<{ status: string; receipt: object }>({ op: "post", order: signedToWire(order) });
    expect([posted.status, typeof posted.receipt]).to.deep.equal(["open", "object"]);
    await client.ask({ op: "post", order: signedToWire(signedBy(bob, -3, 100)) });
    await client.ask({ op: "post", order: signedToWire(signedBy(bob, 1, 99)) });
    const signature = ann.sign(cancelDigest(hashOf(order), CHAIN, CLEARINGHOUSE));
    const gone = await client.ask<{ left: string; inFlight: string; reason: string }>({
      op: "cancel",
      order: hashOf(order),
      signature,
    });
    expect([gone.left, gone.inFlight, gone.reason]).to.deep.equal(["0", String(3n * NANO), "CANCELLED"]);
    const refused: Error = await client.ask({ op: "post", order: {} }).then(undefined as never, (why: Error) => why);
    expect(refused.message).to.match(/^Malformed: order/);

    const books = messages.filter(({ type }) => type === "book" || type === "delta");
    const reader = new BookReader();
    for (const each of books) expect(reader.apply(each)).to.equal(true);
    expect([...reader.bids]).to.deep.equal([[String(99n * UNIT), String(NANO)]]);
    expect([...reader.asks]).to.deep.equal([[String(103n * UNIT), String(2n * NANO)]]);
    expect(messages.filter(({ type }) => type === "order").length).to.be.greaterThan(1);

    const lossy = new BookReader();
    expect(books.length).to.be.greaterThan(3);
    expect(books.filter((_, index) => index !== 2).map((each) => lossy.apply(each))).to.include(false);
    const wrong = new BookReader();
    const [first] = books as [Message];
    expect(wrong.apply({ ...first, data: { ...(first.data as object), asks: [] } }), "the checksum").to.equal(false);
  });
});

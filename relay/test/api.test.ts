// SPDX-License-Identifier: MIT
import { expect } from "chai";
import { once } from "node:events";
import { ordersFrom } from "../../keeper/run/orders.js";
import { asyncApi } from "../api/asyncapi.js";
import { openApi } from "../api/openapi.js";
import { checksumOf } from "../book/Book.js";
import { SignaturePool } from "../check/SignaturePool.js";
import { climb } from "../journal/merkle.js";
import { pageDigest, relayDomain, type Receipt } from "../journal/page.js";
import { leafOf, STAND } from "../journal/statement.js";
import { pageFromWire, signedToWire } from "../order/wire.js";
import { recoverAddress } from "../order/signing.js";
import { cancelDigest } from "../order/cancel.js";
import { Place, signedBy, traderOf } from "./Place.js";
import { CHAIN, CLEARINGHOUSE, MARKET, NANO, UNIT, hashOf } from "./people.js";

interface State {
  hash: `0x${string}`;
  number: number;
  status: string;
  left: string;
  inFlight: string;
  receipt: Receipt;
}

describe("the relay's interface", () => {
  let place: Place;
  beforeEach(async () => (place = await Place.open()));
  afterEach(() => place.close());
  const [ann, bob, eve] = [traderOf(1), traderOf(2), traderOf(3)];

  it("an accepted order has a receipt that proves it; posted again it is known", async () => {
    const order = signedBy(ann, -5, 100);
    const { status, body } = await place.order(order);
    const { number, receipt, left } = body as State;
    expect([status, left]).to.deep.equal([201, String(5n * NANO)]);
    const { page, index, path } = receipt;
    const leaf = leafOf({ kind: "accepted", order: hashOf(order), size: 5n * NANO, stand: STAND.BOOK }, number);
    expect(page.first + index).to.equal(number);
    expect(climb(leaf, index, path)).to.equal(page.root);
    const digest = pageDigest(relayDomain(CHAIN, CLEARINGHOUSE), page);
    expect(recoverAddress(digest, page.signature)).to.equal(place.exchange.journal.relay);
    expect((await place.order(order)).status).to.equal(200);
  });

  it("a match moves both orders, the book and the trades", async () => {
    await place.order(signedBy(ann, -5, 100));
    const { body } = await place.order(signedBy(bob, 3, 101));
    expect((body as State).status).to.equal("matched");
    const book = (await place.get(`/v1/markets/${MARKET}/book`)).body as { asks: string[][]; bids: string[][] };
    expect([book.bids, book.asks]).to.deep.equal([[], [[String(100n * UNIT), String(2n * NANO)]]]);
    const trades = (await place.get(`/v1/markets/${MARKET}/trades`)).body as { side: string; fills: unknown[] }[];
    expect(trades.map(({ side, fills }) => [side, fills.length])).to.deep.equal([["buy", 1]]);
    const mine = (await place.get(`/v1/accounts/${BigInt(ann.address) << 32n}/orders`)).body as State[];
    expect(mine.map(({ status, left, inFlight }) => [status, left, inFlight])).to.deep.equal([
      ["open", String(2n * NANO), String(3n * NANO)],
    ]);
    const list = (await place.get(`/v1/markets/${MARKET}/orders`)).body as { asks: { signature: string }[] };
    expect(list.asks[0]!.signature).to.match(/^0x[0-9a-f]{130}$/);
  });

  it("refuses what is malformed, signed by another, unknown or not JSON, and says what to do", async () => {
    const order = signedBy(ann, -5, 100);
    const wire = signedToWire(order);
    const refused = async (body: unknown) => {
      const answer = await place.post("/v1/orders", body);
      return [answer.status, (answer.body as { error: string }).error];
    };
    expect(await refused({ ...wire, order: { ...wire.order, size: "1.5" } })).to.deep.equal([400, "Malformed"]);
    expect(await refused({ ...wire, order: { ...wire.order, account: String(1n << 192n) } })).to.deep.equal([
      400,
      "Malformed",
    ]);
    expect(await refused({ ...wire, extra: 1 })).to.deep.equal([400, "Malformed"]);
    expect(await refused({ ...wire, signer: eve.address })).to.deep.equal([422, "BadSignature"]);
    expect(await refused("{")).to.deep.equal([400, "NotJson"]);
    expect((await place.get(`/v1/orders/0x${"00".repeat(32)}`)).status).to.equal(404);
    expect((await place.get("/v1/markets/4/book?depth=0")).status).to.equal(400);
    expect((await place.get("/nothing")).status).to.equal(404);
    const { body } = await place.post("/v1/orders/batch", [wire, { ...wire, signer: eve.address }]);
    expect((body as State[]).map((each) => ("error" in each ? each.error : each.status))).to.deep.equal([
      "open",
      "BadSignature",
    ]);
  });

  it("an order is cancelled by its owner's signature alone", async () => {
    const order = signedBy(ann, -5, 100);
    await place.order(order);
    const digest = cancelDigest(hashOf(order), CHAIN, CLEARINGHOUSE);
    const cancel = (signature: string) => place.post("/v1/cancels", { order: hashOf(order), signature });
    expect((await cancel(eve.sign(digest))).status).to.equal(403);
    const { body } = await cancel(ann.sign(digest));
    expect((body as State).status).to.equal("dropped");
    const again = await place.order(order);
    expect((again.body as State).status, "a cancelled order is not accepted again").to.equal("dropped");
  });

  it("limits each signer and address, and says when to come back", async () => {
    await place.close();
    place = await Place.open({ rate: { perSecond: 1, burst: 2 } });
    const statuses: number[] = [];
    for (let i = 0; i < 4; ++i) statuses.push((await place.order(signedBy(ann, -1, 100 + i))).status);
    expect(statuses).to.deep.equal([201, 201, 429, 429]);
  });

  it("refuses with 429 what it cannot write down in time, and loses nothing that it accepted", async () => {
    await place.close();
    place = await Place.open({ exchange: { maxWaiting: 10 } });
    const orders = Array.from({ length: 60 }, (_, i) => signedBy(traderOf(10 + i), -1, 100));
    const answers = await Promise.all(orders.map((order) => place.order(order)));
    const accepted = answers.filter(({ status }) => status === 201);
    expect(answers.every(({ status }) => status === 201 || status === 429)).to.equal(true);
    expect(place.exchange.engine.orders.size).to.equal(accepted.length);
    expect((await place.store.orders()).length).to.equal(accepted.length);
  });

  it("refuses with 429 when too many signatures wait, over both ways in, and has all that it accepted", async () => {
    await place.close();
    const pool = new SignaturePool(CHAIN, CLEARINGHOUSE, 1, 8);
    place = await Place.open({ pool });
    const stream = await place.stream();
    const orders = Array.from({ length: 120 }, (_, i) => signedBy(traderOf(10 + (i % 40)), -1, 100));
    const [posted, streamed] = [orders.slice(0, 60), orders.slice(60)];
    const answers = await Promise.all([
      ...posted.map(async (order) => (await place.order(order)).status),
      ...streamed.map(async (order) => {
        const { error } = (await stream.ask({ op: "post", order: signedToWire(order) })) as { error?: string };
        expect(error).to.be.oneOf([undefined, "Overloaded"]);
        return error === undefined ? 201 : 429;
      }),
    ]);
    expect(new Set(answers)).to.deep.equal(new Set([201, 429]));
    const accepted = orders.filter((_, index) => answers[index] === 201).map(hashOf);
    const kept = (await place.store.orders()).map(({ hash }) => hash);
    expect(kept.sort()).to.deep.equal(accepted.sort());
    // Who was refused is accepted when there is room.
    const again = orders[answers.indexOf(429)]!;
    expect((await place.order(again)).status).to.equal(201);
    stream.socket.terminate();
    await pool.close();
  }).timeout(20_000);

  it("streams a book that a reader can rebuild, trades, the account and the journal; posts and cancels too", async () => {
    const stream = await place.stream();
    for (const channel of [`book:${MARKET}`, `trades:${MARKET}`, `account:${BigInt(ann.address) << 32n}`, "journal"]) {
      expect(await stream.ask({ op: "subscribe", channel })).to.deep.equal({ channel });
    }
    const order = signedBy(ann, -5, 100);
    const posted = (await stream.ask({ op: "post", order: signedToWire(order) })) as State;
    expect(posted.status).to.equal("open");
    await place.order(signedBy(bob, 2, 100));
    const trade = await stream.find(({ type }) => type === "trade");
    expect((trade.data as { taker: string }).taker).to.match(/^0x/);
    await stream.find(({ type, data }) => type === "order" && (data as State).inFlight !== "0");
    const signature = ann.sign(cancelDigest(hashOf(order), CHAIN, CLEARINGHOUSE));
    const cancelled = (await stream.ask({ op: "cancel", order: hashOf(order), signature })) as State;
    expect(cancelled.left).to.equal("0");

    const sides = [new Map<string, string>(), new Map<string, string>()];
    interface Change {
      sequence: number;
      bids: [string, string][];
      asks: [string, string][];
      checksum: number;
    }
    const changes = stream.messages.filter(({ type }) => type === "book" || type === "delta");
    for (const { data } of changes) {
      const { bids, asks, checksum } = data as Change;
      [bids, asks].forEach((list, side) =>
        list.forEach(([price, size]) => (size === "0" ? sides[side]!.delete(price) : sides[side]!.set(price, size))),
      );
      const [b, a] = sides.map((side) =>
        [...side].map(([price, size]) => ({ price: BigInt(price), size: BigInt(size) })),
      );
      expect(checksumOf(b!, a!)).to.equal(checksum);
    }
    expect(changes.length).to.be.greaterThan(2);
    expect(await stream.ask({ op: "dance" })).to.include({ error: "Malformed" });
    const pages = stream.messages.filter(({ type }) => type === "page").map(({ data }) => pageFromWire(data));
    const { body } = await place.get("/v1/journal");
    const lines = (body as string)
      .trim()
      .split("\n")
      .map((line) => pageFromWire(JSON.parse(line)));
    expect(lines).to.deep.equal(pages);
    stream.socket.terminate();
  });

  it("tells an account when its match is mined", async () => {
    const stream = await place.stream();
    await stream.ask({ op: "subscribe", channel: `account:${BigInt(bob.address) << 32n}` });
    const [maker, taker] = [signedBy(ann, -5, 100), signedBy(bob, 5, 100)];
    for (const each of [maker, taker]) await place.order(each);
    await stream.find(({ type, data }) => type === "order" && (data as State).status === "matched");
    for (const each of [maker, taker]) place.view.filled.set(hashOf(each), 5n * NANO);
    place.exchange.mined(place.exchange.matches[0]!.match.number, 7, new Map());
    place.exchange.kick();
    await stream.find(({ type, data }) => type === "order" && (data as State).status === "done");
    stream.socket.terminate();
  });

  it("cuts off a reader that is too slow, and goes on for the others", async () => {
    await place.close();
    place = await Place.open({ hub: { maxBuffered: 20_000 } });
    const slow = await place.stream();
    await slow.ask({ op: "subscribe", channel: "journal" });
    (slow.socket as unknown as { _socket: { pause(): void } })._socket.pause();
    const quick = await place.stream();
    await quick.ask({ op: "subscribe", channel: "journal" });
    const orders = Array.from({ length: 200 }, () => signedBy(ann, -1, 100));
    const written = once(quick.socket, "message");
    await Promise.all(orders.map((order) => place.exchange.post(hashOf(order), order)));
    await written;
    const page = pageFromWire(JSON.parse((await place.store.pages(1, 1))[0]!));
    // More than the buffers of the kernel hold.
    for (let i = 0; i < 2_000 && place.hub.cutOff === 0; ++i) {
      place.hub.publish({ page, deltas: [], matches: [], touched: [] });
      await new Promise((resolve) => setImmediate(resolve));
      while (quick.messages.length < i) await new Promise((resolve) => setTimeout(resolve, 1));
    }
    expect(place.hub.cutOff).to.equal(1);
    expect(quick.socket.readyState).to.equal(quick.socket.OPEN);
    const closed = once(slow.socket, "close");
    (slow.socket as unknown as { _socket: { resume(): void } })._socket.resume();
    await closed;
    quick.socket.terminate();
  }).timeout(60_000);

  it("gives keepers the orders that anybody may fill, in the form of their file", async () => {
    await place.order(signedBy(ann, -5, 101));
    await place.order(signedBy(bob, 5, 99));
    await place.order(signedBy(eve, 5, 98, { matcher: `0x${"99".repeat(20)}` }));
    const orders = await ordersFrom(place.url)();
    expect(orders.map(({ order, signer }) => [order.limit / UNIT, signer.toLowerCase()])).to.deep.equal([
      [99n, bob.address],
      [101n, ann.address],
    ]);
    await place.close();
    const failure = await ordersFrom(place.url)().catch((why: Error) => why);
    expect((failure as Error).message).to.match(/relay at 127/);
    place = await Place.open();
  });

  it("describes each of its paths, and nothing else", async () => {
    const described = Object.entries(openApi().paths).map(
      ([path, of]) => [path.replace(/\{(\w+)\}/g, ":$1"), of] as const,
    );
    for (const [path, of] of described) {
      const real = path
        .replace(":hash", `0x${"00".repeat(32)}`)
        .replace(":account", "1")
        .replace(":market", "4");
      const answer = "post" in of ? await place.post(real, {}) : await place.get(real);
      expect((answer.body as { error?: string }).error, path).to.not.equal("NotFound");
    }
    const { post } = openApi().paths["/v1/orders"];
    expect(JSON.stringify(post.requestBody)).to.include("triggerAbove");
    expect(Object.keys(asyncApi().channels.stream.messages)).to.include.members(["delta", "request", "answer"]);
  });
});

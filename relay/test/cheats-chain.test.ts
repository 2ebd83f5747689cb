// SPDX-License-Identifier: MIT
import { expect } from "chai";
import { HttpRpc } from "../../sdk/client/chain/HttpRpc.js";
import { audit } from "../audit/audit.js";
import { auditChain } from "../audit/auditChain.js";
import { chainFacts } from "../audit/chainFacts.js";
import type { Violation } from "../audit/Violation.js";
import { Journal } from "../journal/Journal.js";
import { NO_PAGE, type FullPage } from "../journal/page.js";
import { REASON, STAND, type Statement } from "../journal/statement.js";
import { cancelDigest } from "../order/cancel.js";
import { magnitude, type Order, type SignedOrder } from "../order/Order.js";
import { recoverAddress } from "../order/signing.js";
import { pageFromWire, signedFromWire } from "../order/wire.js";
import { hashOf } from "./people.js";
import { PRICE, Venue } from "./Venue.js";

const kinds = (list: readonly Violation[]) => list.map(({ kind }) => kind);

/** Cheats that only the chain shows, played with real settlements on a real node. */
describe("a relay that cheats is caught by the chain", function () {
  this.timeout(120_000);
  let venue: Venue;
  let relayKey: string;
  before(async () => {
    venue = await Venue.open();
    relayKey = venue.running.sender.lanes[0]!.address;
  });
  after(() => venue.close());

  const facts = async () => {
    const rpc = new HttpRpc([venue.url], { requestTimeout: 10_000, requestRetries: 0 });
    return chainFacts(rpc, venue.venue.at.clearinghouse, 1);
  };

  /** The running relay's journal against the chain, as `npm run relay -- audit` does. */
  async function audited(submitters = [relayKey]) {
    const lines = (await venue.store.pages(1, 1_000)).map((body) => JSON.parse(body) as { orders: unknown[] });
    const orders = lines.flatMap((line) => line.orders.map((each) => signedFromWire(each).order));
    return auditChain(lines.map(pageFromWire), orders, await facts(), submitters);
  }

  const settle = (from: string, taker: SignedOrder, maker: SignedOrder, base: number) =>
    venue.settleDark(from, taker, maker, base);

  /** A journal that says what it is told to, at the times that it is told. */
  class Forged {
    readonly pages: FullPage[] = [];
    readonly orders: Order[] = [];
    private readonly journal = new Journal(venue.key, venue.venue.chainId, venue.venue.at.clearinghouse, NO_PAGE);

    say(time: number, ...statements: Statement[]): void {
      this.pages.push(this.journal.write(statements, time).page);
    }

    accept(time: number, ...list: SignedOrder[]): void {
      this.orders.push(...list.map(({ order }) => order));
      const stand = STAND.BOOK;
      this.say(
        time,
        ...list.map((each): Statement => ({
          kind: "accepted",
          order: hashOf(each),
          size: magnitude(each.order.size),
          stand,
        })),
      );
    }

    async audit(submitters = [relayKey]): Promise<readonly Violation[]> {
      const { chainId, at } = venue.venue;
      const { pages, orders } = this;
      const evidence = { chainId, clearinghouse: at.clearinghouse, relay: venue.key.address, pages, orders };
      const { violations } = audit(evidence, recoverAddress);
      return [...violations, ...(await auditChain(pages, orders, await facts(), submitters)).violations];
    }
  }

  it("filling accepted orders past the journal, as maker or as taker, for an insider", async () => {
    const [bid, ask] = [await venue.order(0, 1, PRICE - 50), await venue.order(1, -1, PRICE + 50)];
    for (const each of [bid, ask]) expect((await venue.post(each)).status).to.equal(201);
    expect((await audited()).violations).to.deep.equal([]);

    // The relay knows the bid, and sells to it by itself; it lets the ask take its own, better hidden, bid.
    await settle(relayKey, await venue.order(2, -0.5, PRICE - 60), bid, 0.5);
    const hidden = await venue.order(3, 0.25, PRICE + 60);
    await settle(relayKey, ask, hidden, 0.25);
    const { violations } = await audited();
    const found = violations.map((each) => each.kind === "dark fill" && [each.order, each.size]);
    expect(found).to.deep.equal([
      [hashOf(bid), 500_000_000n],
      [hashOf(ask), 250_000_000n],
    ]);
  });

  it("by a key that it does not tell of: the audit names the key", async () => {
    const stranger = venue.traders[7]!.address;
    const bid = await venue.order(0, 0.5, PRICE - 51);
    await venue.post(bid);
    await settle(stranger, await venue.order(2, -0.5, PRICE - 60), bid, 0.5);
    const before = await audited();
    expect(before.violations.length, "filling an order is free to everybody").to.equal(2);
    expect(before.others.get(stranger.toLowerCase())).to.equal(1);
    expect((await audited([relayKey, stranger])).violations.length, "once the key is known").to.equal(3);
  });

  it("telling of matches that are never mined", async () => {
    const { sender } = venue.running;
    const send = sender.send.bind(sender);
    sender.send = () => Promise.resolve("no room");
    const [maker, taker] = [await venue.order(4, -1, PRICE), await venue.order(5, 1, PRICE)];
    for (const each of [maker, taker]) expect((await venue.post(each)).status).to.equal(201);
    const phantoms = async () =>
      (await audited()).violations
        .filter(({ kind }) => kind === "phantom fill")
        .map((each) => "order" in each && each.order);
    expect(await phantoms(), "it may be on its way").to.deep.equal([]);
    await venue.chain.mine([], venue.chain.now + 601);
    expect(await phantoms()).to.deep.equal([hashOf(maker), hashOf(taker)]);
    sender.send = send;
    await venue.venue.setMark(venue.market, PRICE);
    await venue.mine();
    await venue.mine();
    expect(await phantoms(), "mined after all").to.deep.equal([]);
  });

  it("filling first, and writing the match afterwards", async () => {
    const story = new Forged();
    const [maker, taker] = [await venue.order(4, -1, PRICE), await venue.order(5, 1, PRICE)];
    const { now } = venue.chain;
    story.accept(now, maker, taker);
    await settle(relayKey, taker, maker, 1);
    const fills = [{ order: hashOf(maker), size: 10n ** 9n, price: maker.order.limit }];
    const match: Statement = { kind: "matched", order: hashOf(taker), fills };
    const honest = new Forged();
    honest.accept(now, maker, taker);
    honest.say(now, match);
    expect(await honest.audit()).to.deep.equal([]);
    await venue.chain.mine([], venue.chain.now + 200);
    story.say(venue.chain.now, match);
    expect(kinds(await story.audit())).to.deep.equal(["told late", "told late"]);
  });

  it("dating a page ahead, to call orders expired that are not", async () => {
    const story = new Forged();
    const order = await venue.order(4, -1, PRICE);
    const { now } = venue.chain;
    story.accept(now, order);
    const size = 10n ** 9n;
    story.say(now + 10_000, { kind: "dropped", order: hashOf(order), size, reason: REASON.EXPIRED });
    const [found, ...more] = await story.audit();
    expect([found?.kind, more]).to.deep.equal(["clock ahead", []]);
  });

  it("dropping an order as cancelled or filled on the chain, which it is not", async () => {
    const order = await venue.order(4, -1, PRICE);
    const drop: Statement = { kind: "dropped", order: hashOf(order), size: 10n ** 9n, reason: REASON.CHAIN };
    const { now } = venue.chain;
    const story = new Forged();
    story.accept(now, order);
    story.say(now, drop);
    expect(await story.audit()).to.deep.equal([
      { kind: "false drop", number: 2, order: hashOf(order), reason: REASON.CHAIN },
    ]);
    await venue.as(4, "cancelOrder", [order.order.salt, order.order.account]);
    await venue.mine();
    expect(await story.audit(), "now it is").to.deep.equal([]);
  });

  it("making up a cancellation; that of a key which the owner has listed counts", async () => {
    const agent = venue.traders[7]!;
    const order = await venue.order(6, -1, PRICE + 40);
    const { running, venue: local } = venue;
    expect((await venue.post(order)).status).to.equal(201);
    await venue.as(6, "setSigner", [agent.address, 2_000_000_000n]);
    await venue.mine();
    const signature = agent.sign(cancelDigest(hashOf(order), local.chainId, local.at.clearinghouse));
    const url = `http://127.0.0.1:${running.port}/v1/cancels`;
    const answer = await fetch(url, { method: "POST", body: JSON.stringify({ order: hashOf(order), signature }) });
    expect(answer.status).to.equal(200);
    expect(await answer.json()).to.have.nested.property("receipt.page.signature");

    const lines = (await venue.store.pages(1, 1_000)).map((body) => JSON.parse(body) as { cancels: never[] });
    const pages = lines.map(pageFromWire);
    const orders = (lines as unknown as { orders: unknown[] }[]).flatMap((line) =>
      line.orders.map((each) => signedFromWire(each).order),
    );
    const cancels = lines.flatMap((line) => line.cancels);
    const evidence = { chainId: local.chainId, clearinghouse: local.at.clearinghouse, relay: venue.key.address };
    const { signers } = await facts();
    const found = (more: object) => kinds(audit({ ...evidence, pages, orders, ...more }, recoverAddress).violations);
    expect(found({ cancels, signers })).to.deep.equal([]);
    expect(found({ cancels, signers: new Set() })).to.deep.equal(["false drop"]);
    expect(found({ cancels: [], signers })).to.deep.equal(["false drop"]);
  });
});

// SPDX-License-Identifier: MIT
import { expect } from "chai";
import type { Violation } from "../audit/Violation.js";
import { Journal } from "../journal/Journal.js";
import {
  NO_PAGE,
  headAfter,
  pageDigest,
  relayDomain,
  sealPage,
  type FullPage,
  type Head,
  type SignedPage,
} from "../journal/page.js";
import { REASON, STAND, type Statement } from "../journal/statement.js";
import { cancelDigest } from "../order/cancel.js";
import { USE, type SignedOrder } from "../order/Order.js";
import { Desk } from "./Desk.js";
import { signedBy, traderOf } from "./Place.js";
import { CHAIN, CLEARINGHOUSE, NANO, UNIT, hashOf, orderOf } from "./people.js";

/** Three makers and a taker, honestly accepted: what a relay may cheat with. */
function scene() {
  const desk = new Desk();
  const [best, early, late] = [orderOf(1, -5, 99), orderOf(2, -5, 100), orderOf(3, -5, 100)];
  for (const each of [best, early, late]) desk.place(each);
  desk.flush();
  const taker = orderOf(4, 5, 101);
  const accepted: Statement = { kind: "accepted", order: hashOf(taker), size: 5n * NANO, stand: STAND.BOOK };
  desk.orders.push(taker.order);
  desk.write([accepted]);
  const fill = (signed: typeof taker, size = 5, price = signed.order.limit) => ({
    order: hashOf(signed),
    size: BigInt(size) * NANO,
    price,
  });
  const match = (...fills: ReturnType<typeof fill>[]) => desk.write([{ kind: "matched", order: hashOf(taker), fills }]);
  const found = () => desk.audit().violations;
  return { desk, best, early, late, taker, fill, match, found };
}

const kinds = (list: readonly Violation[]) => list.map(({ kind }) => kind);

describe("a relay that cheats is caught by its own statements", () => {
  it("not when it is honest", () => {
    const { match, fill, best, found } = scene();
    match(fill(best));
    expect(found()).to.deep.equal([]);
  });

  it("passing over a better price", () => {
    const { match, fill, best, early, found } = scene();
    match(fill(early));
    expect(found()).to.deep.equal([
      { kind: "passed over", match: 5, fill: 0, passed: hashOf(best), accepted: 1, filled: hashOf(early) },
    ]);
  });

  it("passing over an earlier order of the same price", () => {
    const { desk, match, fill, best, early, late, found } = scene();
    desk.write([{ kind: "dropped", order: hashOf(best), size: 5n * NANO, reason: REASON.CANCELLED }]);
    match(fill(late));
    expect(found()).to.deep.equal([
      { kind: "passed over", match: 6, fill: 0, passed: hashOf(early), accepted: 2, filled: hashOf(late) },
    ]);
  });

  it("filling a better order only in part, and going on to a worse", () => {
    const { match, fill, best, early, found } = scene();
    match(fill(best, 2), fill(early, 3));
    expect(kinds(found())).to.deep.equal(["passed over"]);
  });

  it("filling an order that it never acknowledged in front of the others", () => {
    const { desk, match, fill, found } = scene();
    const insider = orderOf(9, -5, 98);
    desk.orders.push(insider.order);
    match(fill(insider));
    expect(kinds(found())).to.deep.equal(["unknown maker"]);
    const { violations } = new Desk().audit();
    expect(violations).to.deep.equal([]);
  });

  it("filling more than there is, beyond the taker's limit, or at another price than the maker's", () => {
    const much = scene();
    much.match(much.fill(much.best, 6));
    expect(kinds(much.found())).to.include("too much");
    const beyond = scene();
    const dear = orderOf(5, -5, 105);
    beyond.desk.place(dear);
    beyond.desk.engine.take();
    beyond.desk.write([{ kind: "accepted", order: hashOf(dear), size: 5n * NANO, stand: STAND.BOOK }]);
    beyond.match(beyond.fill(beyond.best, 1), beyond.fill(dear, 1));
    expect(kinds(beyond.found())).to.include("wrong price");
    const other = scene();
    other.match(other.fill(other.best, 5, 100n * UNIT));
    expect(kinds(other.found())).to.deep.equal(["wrong price"]);
  });

  it("matching one owner with himself, two buyers, or a taker's order as a maker", () => {
    const { desk, match, fill, found } = scene();
    const own = orderOf(4, -1, 98);
    const buyer = orderOf(5, 1, 98);
    const taker = orderOf(6, -1, 98, { use: USE.TAKER });
    const accept = (signed: typeof own): Statement => ({
      kind: "accepted",
      order: hashOf(signed),
      size: NANO,
      stand: STAND.BOOK,
    });
    desk.orders.push(own.order, buyer.order, taker.order);
    desk.write([own, buyer, taker].map(accept));
    match(fill(own, 1));
    match(fill(buyer, 1));
    match(fill(taker, 1));
    expect(kinds(found()).filter((kind) => kind === "wrong pair").length).to.equal(3);
  });

  it("dropping an order as expired that is not, and restoring what was never taken", () => {
    const { desk, best, early, found } = scene();
    desk.write([{ kind: "dropped", order: hashOf(best), size: 5n * NANO, reason: REASON.EXPIRED }]);
    desk.write([{ kind: "restored", order: hashOf(early), size: NANO, of: 3 }]);
    expect(kinds(found())).to.deep.equal(["false expiry", "too much restored"]);
  });

  it("accepting more than an order asks for, or one that nobody can show", () => {
    const { desk, found } = scene();
    const big = orderOf(1, 5, 50);
    desk.orders.push(big.order);
    desk.write([
      { kind: "accepted", order: hashOf(big), size: 6n * NANO, stand: STAND.BOOK },
      { kind: "accepted", order: `0x${"ab".repeat(32)}`, size: NANO, stand: STAND.BOOK },
    ]);
    expect(kinds(found())).to.deep.equal(["bad acceptance", "bad acceptance"]);
  });

  it("telling two stories: another page of the same number, signed for somebody else", () => {
    const { desk, best } = scene();
    const drop: Statement = { kind: "dropped", order: hashOf(best), size: 5n * NANO, reason: REASON.CANCELLED };
    const [first] = desk.pages;
    const { page } = sealPage({ page: 0, next: 1, hash: first!.previous, time: 0 }, [drop], desk.view.time);
    const domain = relayDomain(CHAIN, CLEARINGHOUSE);
    const other: SignedPage = { ...page, signature: desk.key.sign(pageDigest(domain, page)) };
    expect(kinds(desk.audit({ seen: [other] }).violations)).to.deep.equal(["two stories"]);
    expect(desk.audit({ seen: [{ ...other, root: first!.root }] }).violations, "signed by nobody").to.deep.equal([]);
  });

  it("matching for a taker that it never accepted", () => {
    const { desk, fill, best, found } = scene();
    const stranger = orderOf(8, 5, 101);
    desk.orders.push(stranger.order);
    desk.write([{ kind: "matched", order: hashOf(stranger), fills: [fill(best)] }]);
    const unseen = { kind: "matched", order: `0x${"cd".repeat(32)}`, fills: [] } as const;
    desk.write([unseen]);
    expect(found()).to.deep.equal([
      { kind: "unknown taker", match: 5, order: hashOf(stranger) },
      { kind: "unknown taker", match: 6, order: unseen.order },
    ]);
  });

  it("filling an order that was cancelled, and one that is filled already", () => {
    const { desk, match, fill, best, early, found } = scene();
    desk.write([{ kind: "dropped", order: hashOf(best), size: 5n * NANO, reason: REASON.CANCELLED }]);
    match(fill(best, 1));
    match(fill(early, 4));
    desk.place(orderOf(5, -3, 99));
    expect(found()).to.deep.equal([
      { kind: "filled after drop", match: 6, order: hashOf(best), dropped: 5, reason: REASON.CANCELLED },
    ]);
    const twice = scene();
    twice.match(twice.fill(twice.best, 5));
    twice.match(twice.fill(twice.best, 1));
    const over = twice.found().filter(({ kind }) => kind === "too much");
    expect(over.map((each) => "order" in each && each.order)).to.deep.equal([hashOf(twice.taker), hashOf(twice.best)]);
  });

  it("accepting an order again that was filled, to fill it twice or give it a new place", () => {
    const { desk, match, fill, best, early, found } = scene();
    match(fill(best));
    const again = (signed: SignedOrder): Statement => ({
      kind: "accepted",
      order: hashOf(signed),
      size: 5n * NANO,
      stand: STAND.BOOK,
    });
    desk.write([again(best), again(early)]);
    expect(kinds(found())).to.deep.equal(["bad acceptance", "bad acceptance"]);
  });

  it("dropping an order for a reason that is not true", () => {
    const made: [number, number][] = [
      [REASON.REPLACED, 1],
      [REASON.REDUCE_ONLY, 1],
      [REASON.TRIGGER, 1],
      [REASON.NOT_RESTING, 1],
      [REASON.SELF_TRADE, 1],
      // What only the chain, or the market, can tell.
      [REASON.MARGIN, 0],
      [REASON.BAND, 0],
      [REASON.CHAIN, 0],
    ];
    for (const [reason, count] of made) {
      const { desk, best, found } = scene();
      desk.write([{ kind: "dropped", order: hashOf(best), size: 5n * NANO, reason: reason as never }]);
      const wanted = { kind: "false drop", number: 5, order: hashOf(best), reason };
      expect(found(), `reason ${reason}`).to.deep.equal(Array.from({ length: count }, () => wanted));
    }
  });

  it("dropping an order as replaced by one of another lane, or of another owner", () => {
    for (const more of [{ account: 77n << 32n }, { salt: (9n << 16n) | 5n }]) {
      const { desk, best, found } = scene();
      const next = orderOf(1, -5, 98, { salt: best.order.salt + (1n << 16n), ...more });
      desk.orders.push(next.order);
      desk.write([
        { kind: "dropped", order: hashOf(best), size: 5n * NANO, reason: REASON.REPLACED },
        { kind: "accepted", order: hashOf(next), size: 5n * NANO, stand: STAND.BOOK },
      ]);
      expect(kinds(found())).to.deep.equal(["false drop"]);
    }
  });

  it("dropping an order as cancelled without its owner's signature", () => {
    const { desk } = scene();
    const [ann, agent] = [traderOf(1), traderOf(2)];
    const mine = signedBy(ann, -5, 102);
    desk.place(mine);
    desk.flush();
    desk.write([{ kind: "dropped", order: hashOf(mine), size: 5n * NANO, reason: REASON.CANCELLED }]);
    const order = hashOf(mine);
    const by = (key: typeof ann) => ({ order, signature: key.sign(cancelDigest(order, CHAIN, CLEARINGHOUSE)) });
    const found = (more: object) => kinds(desk.audit(more).violations);
    expect(found({ cancels: [by(ann)] })).to.deep.equal([]);
    expect(found({ cancels: [] })).to.deep.equal(["false drop"]);
    expect(found({ cancels: [{ ...by(ann), signature: agent.sign(`0x${"00".repeat(32)}`) }] })).to.deep.equal([
      "false drop",
    ]);
    expect(found({ cancels: [by(agent)] })).to.deep.equal(["false drop"]);
    const signers = new Set([`${ann.address}/${agent.address}`]);
    expect(found({ cancels: [by(agent)], signers }), "a key that its owner has listed").to.deep.equal([]);
  });

  it("censoring a cancellation that its owner can show, and filling the order", () => {
    const { desk } = scene();
    const ann = traderOf(1);
    const mine = signedBy(ann, -5, 98);
    desk.place(mine);
    const buyer = orderOf(7, 5, 99);
    desk.place(buyer);
    desk.flush();
    const order = hashOf(mine);
    const sent = (sentAt: number, key = ann) => {
      const signature = key.sign(cancelDigest(order, CHAIN, CLEARINGHOUSE));
      return desk.audit({ sent: [{ order, signature, sentAt }] }).violations;
    };
    const { time } = desk.view;
    expect(sent(time - 61)).to.deep.equal([{ kind: "ignored cancel", match: 7, order, sentAt: time - 61 }]);
    expect(sent(time - 60), "it may have been on its way").to.deep.equal([]);
    expect(sent(time - 61, traderOf(2)), "signed by another").to.deep.equal([]);
  });

  it("showing two readers two journals", () => {
    const { desk, best, early, late } = scene();
    const drop = (signed: SignedOrder): Statement[] => [
      { kind: "dropped", order: hashOf(signed), size: 5n * NANO, reason: REASON.MARGIN },
    ];
    // Each journal is without a fault by itself; they part at the third page.
    const other = new Journal(desk.key, CHAIN, CLEARINGHOUSE, headAfter(desk.pages.at(-1)!));
    const second = [...desk.pages];
    desk.write(drop(best));
    desk.write(drop(late));
    for (const signed of [early, late]) second.push(other.write(drop(signed), desk.view.time).page);
    expect(desk.audit().violations).to.deep.equal([]);
    expect(desk.audit({ pages: second }).violations).to.deep.equal([]);
    const between = desk.audit({ seen: second }).violations;
    expect(between.map((each) => each.kind === "two stories" && each.other.page)).to.deep.equal([3, 4]);
    // The reader of a shorter one has a page of the other that does not follow on his last.
    const short = desk.audit({ pages: desk.pages.slice(0, 3), seen: second.slice(3) }).violations;
    expect(kinds(short)).to.deep.equal(["two stories"]);
  });

  it("keeping a page back that it has signed", () => {
    const { desk, best } = scene();
    desk.write([{ kind: "dropped", order: hashOf(best), size: 5n * NANO, reason: REASON.MARGIN }]);
    const last = desk.pages.pop()!;
    expect(desk.audit({ seen: [last] }).violations).to.deep.equal([{ kind: "withheld page", page: 3 }]);
    const { signature: _, ...bare } = last;
    expect(desk.audit({ seen: [{ ...bare, signature: "0x" }] }).violations, "signed by nobody").to.deep.equal([]);
  });

  it("a gap in the numbers of pages or statements, and a page dated back", () => {
    const play = (cheat: (head: Head, time: number) => [Head, number]) => {
      const { desk, best } = scene();
      const { head } = desk.journal;
      const drop: Statement = { kind: "dropped", order: hashOf(best), size: 5n * NANO, reason: REASON.MARGIN };
      const [from, time] = cheat(head, desk.view.time);
      const { page } = sealPage(from, [drop], time);
      const signature = desk.key.sign(pageDigest(relayDomain(CHAIN, CLEARINGHOUSE), page));
      desk.pages.push({ ...page, signature, statements: [drop] } as FullPage);
      return desk
        .audit()
        .violations.map((each) => [
          "what" in each ? each.what : each.kind,
          "proof" in each && each.proof !== undefined,
        ]);
    };
    expect(play((head, time) => [head, time])).to.deep.equal([]);
    expect(play((head, time) => [{ ...head, page: head.page + 1 }, time])).to.deep.equal([["link", false]]);
    expect(play((head, time) => [{ ...head, next: head.next + 1 }, time])).to.deep.equal([["link", true]]);
    expect(play((head, time) => [{ ...head, hash: NO_PAGE.hash }, time])).to.deep.equal([["link", true]]);
    expect(play((head, time) => [{ ...head, time: 0 }, time - 1])).to.deep.equal([["clock", true]]);
  });

  it("a page changed, left out, or signed by another key", () => {
    const { desk, best } = scene();
    const [first, second] = desk.pages as [(typeof desk.pages)[0], (typeof desk.pages)[0]];
    const faults = (pages: typeof desk.pages) => {
      desk.pages.splice(0, desk.pages.length, ...pages);
      return desk.audit().violations.map((each) => ("what" in each ? each.what : each.kind));
    };
    expect(faults([{ ...first, statements: first.statements.slice(1) }, second])).to.include("root");
    expect(faults([second])).to.include("link");
    expect(faults([{ ...first, time: first.time + 1 }, second])).to.include.members(["signature", "link", "clock"]);
    expect(hashOf(best)).to.match(/^0x/);
  });
});

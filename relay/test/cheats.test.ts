// SPDX-License-Identifier: MIT
import { expect } from "chai";
import type { Violation } from "../audit/Violation.js";
import { sealPage, pageDigest, relayDomain, type SignedPage } from "../journal/page.js";
import { REASON, STAND, type Statement } from "../journal/statement.js";
import { USE } from "../order/Order.js";
import { Desk } from "./Desk.js";
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
    expect(kinds(found())).to.deep.equal(["unknown maker", "too much"]);
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
    expect(kinds(desk.audit([other]).violations)).to.deep.equal(["two stories"]);
    expect(desk.audit([{ ...other, root: first!.root }]).violations, "signed by nobody").to.deep.equal([]);
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

// SPDX-License-Identifier: MIT
import { expect } from "chai";
import { Refusal } from "../book/refusals.js";
import { REASON, STAND, type Statement } from "../journal/statement.js";
import { USE } from "../order/Order.js";
import { Desk } from "./Desk.js";
import { MARKET, NANO, UNIT, hashOf, orderOf, accountOf } from "./people.js";

const units = (size: bigint) => Number(size / NANO);

describe("the book", () => {
  let desk: Desk;
  beforeEach(() => (desk = new Desk()));

  const said = () => desk.flush().statements.map(({ statement }) => statement);
  const matched = (list: readonly Statement[]) =>
    list.flatMap((each) =>
      each.kind === "matched" ? each.fills.map(({ order, size, price }) => [order, units(size), price / UNIT]) : [],
    );
  const refused = (run: () => unknown) => {
    try {
      run();
    } catch (failure) {
      if (failure instanceof Refusal) return failure.code;
      throw failure;
    }
    return "nothing";
  };

  it("a taker meets the best price first, and of one price the earliest order", () => {
    const late = orderOf(1, -5, 101);
    const [first, second] = [orderOf(2, -5, 100), orderOf(3, -5, 100)];
    for (const each of [late, first, second]) desk.place(each);
    const taker = desk.place(orderOf(4, 12, 102));
    expect(matched(said())).to.deep.equal([
      [hashOf(first), 5, 100n],
      [hashOf(second), 5, 100n],
      [hashOf(late), 2, 101n],
    ]);
    expect([taker.left, taker.inflight]).to.deep.equal([0n, 12n * NANO]);
    expect(desk.engine.book(MARKET).asks.best).to.include({ price: 101n * UNIT, size: 3n * NANO });
    expect(desk.audit().violations).to.deep.equal([]);
  });

  it("EITHER rests with what is left, TAKER ends, and MAKER is refused where it would take", () => {
    desk.place(orderOf(1, -5, 100));
    const either = desk.place(orderOf(2, 8, 100));
    expect([either.left, desk.engine.book(MARKET).bids.best?.size]).to.deep.equal([3n * NANO, 3n * NANO]);
    const taker = desk.place(orderOf(3, -5, 100, { use: USE.TAKER }));
    expect([taker.left, taker.dropped, taker.inflight]).to.deep.equal([0n, 2n * NANO, 3n * NANO]);
    expect(said().at(-1)).to.deep.equal({
      kind: "dropped",
      order: taker.hash,
      size: 2n * NANO,
      reason: REASON.NOT_RESTING,
    });
    desk.place(orderOf(4, 1, 99));
    expect(refused(() => desk.place(orderOf(5, -1, 99, { use: USE.MAKER })))).to.equal("WouldTake");
    expect(said().length, "a refusal says nothing in the journal").to.equal(1);
    expect(desk.audit().violations).to.deep.equal([]);
  });

  it("a higher sequence of a lane replaces, the same and a lower one are refused, the same order is known", () => {
    const old = orderOf(1, -5, 100, { salt: (5n << 16n) | 7n });
    desk.place(old);
    expect(refused(() => desk.place(orderOf(1, -5, 101, { salt: (5n << 16n) | 7n })))).to.equal("LaneTaken");
    expect(refused(() => desk.place(orderOf(1, -5, 101, { salt: (4n << 16n) | 7n })))).to.equal("LaneTaken");
    expect(desk.place(old).hash).to.equal(hashOf(old));
    const next = orderOf(1, -4, 101, { salt: (6n << 16n) | 7n });
    desk.place(next);
    expect(said().map((each) => [each.kind, each.order])).to.deep.equal([
      ["accepted", hashOf(old)],
      ["dropped", hashOf(old)],
      ["accepted", hashOf(next)],
    ]);
    expect(desk.engine.book(MARKET).asks.levels.map(({ price, size }) => [price, size])).to.deep.equal([
      [101n * UNIT, 4n * NANO],
    ]);
  });

  it("nobody trades with himself: what is left of the later order goes, the earlier stays", () => {
    desk.place(orderOf(1, -5, 100));
    desk.place(orderOf(2, -5, 101));
    const own = desk.place(orderOf(2, 10, 102));
    expect([units(own.inflight), units(own.dropped), own.left]).to.deep.equal([5, 5, 0n]);
    expect(desk.engine.book(MARKET).asks.best?.size).to.equal(5n * NANO);
    expect(said().at(-1)).to.include({ kind: "dropped", reason: REASON.SELF_TRADE });
    expect(desk.audit().violations).to.deep.equal([]);
  });

  it("a trigger waits for the mark, takes its place in time when it is reached, and waits again behind it", () => {
    const stop = desk.place(orderOf(1, -5, 90, { trigger: 95n * UNIT }));
    expect(stop.stand).to.equal(STAND.PARKED);
    const other = desk.place(orderOf(2, -5, 90));
    desk.view.marks.set(MARKET, 95n * UNIT);
    desk.engine.marked(MARKET);
    expect([stop.stand, stop.number > other.number]).to.deep.equal([STAND.BOOK, true]);
    desk.view.marks.set(MARKET, 96n * UNIT);
    desk.engine.marked(MARKET);
    expect([stop.stand, units(stop.left)]).to.deep.equal([STAND.PARKED, 5]);
    expect(desk.engine.book(MARKET).asks.best?.size).to.equal(5n * NANO);
    said();
    expect(desk.audit().violations).to.deep.equal([]);
  });

  it("a maker that cannot carry a fill is cut before the match that passes it", () => {
    const poor = desk.place(orderOf(1, -5, 100));
    desk.place(orderOf(2, -5, 100));
    desk.view.rooms.set(accountOf(1), 2n * NANO);
    desk.place(orderOf(3, 6, 100));
    const list = said();
    expect(list.map(({ kind }) => kind)).to.deep.equal(["accepted", "accepted", "accepted", "dropped", "matched"]);
    expect([units(poor.inflight), units(poor.dropped)]).to.deep.equal([2, 3]);
    expect(desk.audit().violations).to.deep.equal([]);
  });

  it("dust below the minimum neither rests nor blocks", () => {
    desk.view.minimum = 150n * NANO;
    expect(refused(() => desk.place(orderOf(1, -1, 100)))).to.equal("TooSmall");
    const maker = desk.place(orderOf(1, -5, 100));
    desk.place(orderOf(2, 4, 100));
    expect([maker.left, units(maker.dropped)]).to.deep.equal([0n, 1]);
    const list = said();
    expect(list.at(-1)).to.include({ kind: "dropped", reason: REASON.TOO_SMALL });
    expect(desk.audit().violations).to.deep.equal([]);
  });

  it("an expired order goes, and one beyond the price band stops a taker", () => {
    const soon = desk.place(orderOf(1, -5, 100, { expiry: 1_000_010n }));
    desk.place(orderOf(2, -5, 151));
    desk.view.time = 1_000_011;
    desk.engine.tick();
    expect([soon.left, soon.dropped]).to.deep.equal([0n, soon.whole]);
    const taker = desk.place(orderOf(3, 5, 160));
    expect([taker.inflight, taker.left]).to.deep.equal([0n, 0n]);
    expect(said().at(-1)).to.include({ kind: "dropped", reason: REASON.BAND });
    expect(desk.audit().violations).to.deep.equal([]);
  });

  it("what the chain fills or cancels leaves the book, and comes back to its place when a reorganisation undoes it", () => {
    const first = desk.place(orderOf(1, -5, 100));
    const second = desk.place(orderOf(2, -5, 100));
    desk.view.filled.set(first.hash, first.whole);
    desk.engine.reconcile(first);
    expect(desk.engine.book(MARKET).asks.best?.orders.map(({ hash }) => hash)).to.deep.equal([second.hash]);
    desk.view.filled.delete(first.hash);
    desk.engine.reconcile(first);
    expect(desk.engine.book(MARKET).asks.best?.orders.map(({ hash }) => hash)).to.deep.equal([first.hash, second.hash]);
    said();
    expect(desk.audit().violations).to.deep.equal([]);
  });

  it("a match that is not mined gives back what it took; one that is mined is gone", () => {
    const maker = desk.place(orderOf(1, -5, 100));
    const taker = desk.place(orderOf(2, 3, 100));
    const [match] = desk.flush().matches;
    desk.engine.settled(match!, new Map([[taker.hash, REASON.MARGIN]]), true);
    expect([units(maker.left), maker.inflight, taker.left]).to.deep.equal([5, 0n, 0n]);
    desk.place(orderOf(3, 2, 100));
    const [second] = desk.flush().matches;
    desk.view.filled.set(maker.hash, 2n * NANO);
    desk.view.filled.set(second!.taker, 2n * NANO);
    desk.engine.settled(second!);
    expect([units(maker.left), maker.inflight]).to.deep.equal([3, 0n]);
    desk.view.filled.clear();
    desk.engine.unsettled(second!);
    expect([units(maker.left), units(maker.inflight)], "on its way again").to.deep.equal([3, 2]);
    said();
    expect(desk.audit().violations).to.deep.equal([]);
  });

  it("orders that cross while there is no price are matched when it is back", () => {
    desk.view.marks.delete(MARKET);
    desk.place(orderOf(1, -5, 100));
    const bid = desk.place(orderOf(2, 5, 101));
    expect(units(bid.left)).to.equal(5);
    expect(refused(() => desk.place(orderOf(3, 5, 101, { use: USE.TAKER })))).to.equal("PriceNotFresh");
    desk.view.marks.set(MARKET, 100n * UNIT);
    desk.engine.marked(MARKET);
    expect([bid.left, units(bid.inflight)]).to.deep.equal([0n, 5]);
    said();
    expect(desk.audit().violations).to.deep.equal([]);
  });
});

// SPDX-License-Identifier: MIT
import { expect } from "chai";
import { Refusal } from "../book/refusals.js";
import { REASON } from "../journal/statement.js";
import { USE, type SignedOrder } from "../order/Order.js";
import { batches, optionRules } from "../settle/batches.js";
import { matchBody, matchOf } from "../store/Store.js";
import { Desk } from "./Desk.js";
import { MARKET, NANO, UNIT, accountOf, hashOf, orderOf } from "./people.js";

const OTHER = 2n * MARKET;

describe("a package of orders", () => {
  let desk: Desk;
  beforeEach(() => (desk = new Desk()));

  const legs = (...orders: SignedOrder[]) => orders.map((signed) => ({ hash: hashOf(signed), signed }));
  const leg = (size: number, limit: number, more = {}) => orderOf(9, size, limit, { use: USE.TAKER, ...more });
  const place = (orders: SignedOrder[], most?: bigint) => {
    desk.orders.push(...orders.map(({ order }) => order));
    return desk.engine.placeRun(legs(...orders), most);
  };
  const refused = (run: () => unknown) => {
    try {
      run();
    } catch (failure) {
      if (failure instanceof Refusal) return failure.code;
      throw failure;
    }
    return "nothing";
  };
  const makers = () => [
    desk.place(orderOf(1, -2, 100)),
    desk.place(orderOf(2, -3, 101)),
    desk.place(orderOf(3, 5, 75, { market: OTHER })),
  ];

  it("is filled whole, at the best prices, as one run that a restart knows", () => {
    makers();
    const [bought, sold] = place([leg(4, 101), leg(-4, 75, { market: OTHER })]);
    expect([bought!.left, bought!.inflight, sold!.inflight]).to.deep.equal([0n, 4n * NANO, 4n * NANO]);
    const { matches } = desk.flush();
    expect(matches.map(({ run, fills }) => [run, fills.length])).to.deep.equal([
      [matches[0]!.number, 2],
      [matches[0]!.number, 1],
    ]);
    expect(matches.map(matchBody).map(matchOf)).to.deep.equal(matches);
    expect(desk.audit().violations).to.deep.equal([]);
  });

  it("is refused, and nothing is said, when the book has not all of a leg, or the net price is not met", () => {
    makers();
    desk.flush();
    const spread = [leg(4, 101), leg(-4, 75, { market: OTHER })];
    expect(refused(() => place([leg(4, 101), leg(-6, 75, { market: OTHER })]))).to.equal("NotWhole");
    expect(refused(() => place([leg(4, 100), leg(-4, 75, { market: OTHER })]))).to.equal("NotWhole");
    // 2 at 100 and 2 at 101, less 4 at 75: 102.
    expect(refused(() => place(spread, 102n * NANO - 1n))).to.equal("NetNotMet");
    expect(desk.flush()).to.deep.include({ statements: [], matches: [] });
    expect(refused(() => place(spread, 102n * NANO))).to.equal("nothing");
    expect(place(spread).map(({ inflight }) => inflight)).to.deep.equal([4n * NANO, 4n * NANO]);
    expect(desk.flush().matches.length, "sent once more it is known").to.equal(2);
  });

  it("does not ask what one leg alone may do, and counts on makers only as far as their margin reaches", () => {
    const [first] = makers();
    desk.view.rooms.set(accountOf(9), 0n);
    desk.view.rooms.set(accountOf(2), NANO);
    expect(refused(() => place([leg(4, 101), leg(-4, 75, { market: OTHER })]))).to.equal("NotWhole");
    place([leg(3, 101), leg(-3, 75, { market: OTHER })]);
    expect(first!.inflight).to.equal(2n * NANO);
    expect(desk.flush().matches.length).to.equal(2);
    expect(desk.audit().violations).to.deep.equal([]);
  });

  it("comes back as a whole when a maker lets it down on the way, and says so", () => {
    makers();
    let asked = 0;
    const { room } = desk.view;
    // He has margin when the book is looked at, and none when he is filled.
    desk.view.room = (live, size) =>
      live.owner === desk.engine.book(OTHER).bids.best?.orders[0]?.owner && ++asked > 1
        ? { size: 0n, reason: REASON.MARGIN }
        : room.call(desk.view, live, size);
    expect(refused(() => place([leg(4, 101), leg(-4, 75, { market: OTHER })]))).to.equal("NotWhole");
    const { matches, statements } = desk.flush();
    expect(matches).to.deep.equal([]);
    expect(statements.map(({ statement }) => statement.kind)).to.include("restored");
    expect(desk.engine.book(MARKET).asks.levels.map(({ price, size }) => [price, size])).to.deep.equal([
      [100n * UNIT, 2n * NANO],
      [101n * UNIT, 3n * NANO],
    ]);
    expect(desk.audit().violations).to.deep.equal([]);
  });

  it("settles alone: in a batch with nothing else", () => {
    const match = (number: number, run?: number) => ({
      ...{ number, market: 256n, taker: `0x${number}` as const, fills: [] },
      ...(run !== undefined && { run }),
    });
    const list = [match(1), match(2, 2), match(3, 2), match(4, 4), match(5), match(6)];
    const numbers = batches(
      list,
      10_000_000,
      optionRules(() => 200_000),
    ).map((batch) => batch.map(({ number }) => number));
    expect(numbers).to.deep.equal([[1], [2, 3], [4], [5, 6]]);
  });
});

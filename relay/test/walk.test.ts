// SPDX-License-Identifier: MIT
import { expect } from "chai";
import { seeded } from "../../tools/random.js";
import { checksumOf, type Delta, type LevelSize } from "../book/Book.js";
import type { Match } from "../book/Engine.js";
import type { Live } from "../book/Live.js";
import { Refusal } from "../book/refusals.js";
import { REASON } from "../journal/statement.js";
import { USE } from "../order/Order.js";
import { Desk } from "./Desk.js";
import { MARKET, NANO, UNIT, accountOf, orderOf } from "./people.js";

/** A reader of the stream, who has nothing but the first snapshot and the deltas. */
class Reader {
  private readonly sides = [new Map<bigint, bigint>(), new Map<bigint, bigint>()] as const;
  private sequence = 0;

  apply({ sequence, bids, asks, checksum }: Delta): void {
    expect(sequence, "no delta is missing").to.equal(++this.sequence);
    for (const [side, changes] of [bids, asks].entries()) {
      for (const { price, size } of changes) {
        if (size === 0n) this.sides[side]!.delete(price);
        else this.sides[side]!.set(price, size);
      }
    }
    expect(checksumOf(this.levels(0), this.levels(1)), "checksum").to.equal(checksum);
  }

  levels(side: 0 | 1): LevelSize[] {
    const list = [...this.sides[side]].map(([price, size]) => ({ price, size }));
    return list.sort((a, b) => Number(side === 0 ? b.price - a.price : a.price - b.price));
  }
}

/** A walk of random orders, marks, clocks, fills on the chain and reorganisations. */
class Walk {
  readonly desk = new Desk();
  readonly reader = new Reader();
  private readonly waiting: Match[] = [];
  private readonly mined: Match[] = [];
  fills = 0;
  private salts = 1_000;

  constructor(private readonly random: () => number) {
    this.desk.view.minimum = 40n * NANO;
  }

  step(): void {
    const dice = this.random();
    if (dice < 0.55) this.place();
    else if (dice < 0.62) this.cancel();
    else if (dice < 0.68) this.moveMark();
    else if (dice < 0.74) this.fillElsewhere();
    else if (dice < 0.9) this.mine();
    else if (dice < 0.93) this.takeBack();
    else if (dice < 0.97) this.clock();
    else this.poor();
    this.look();
  }

  private below(limit: number): number {
    return Math.floor(this.random() * limit);
  }

  private one<T>(list: readonly T[]): T | undefined {
    return list[this.below(list.length)];
  }

  private place(): void {
    const sign = this.random() < 0.5 ? 1 : -1;
    const size = sign * (1 + this.below(9));
    const trigger = this.random() < 0.1 ? BigInt(95 + this.below(10)) * UNIT : 0n;
    const more = {
      use: this.one([USE.TAKER, USE.MAKER, USE.EITHER, USE.EITHER])!,
      expiry: BigInt(this.desk.view.time + 20 + this.below(500)),
      trigger,
      triggerAbove: trigger !== 0n && this.random() < 0.5,
      ...(this.random() < 0.2 ? { salt: (BigInt(++this.salts) << 16n) | BigInt(this.below(3)) } : {}),
    };
    try {
      this.desk.place(orderOf(this.below(6), size, 95 + this.below(11), more));
    } catch (failure) {
      if (!(failure instanceof Refusal)) throw failure;
    }
  }

  private get live(): Live[] {
    return [...this.desk.engine.orders.values()];
  }

  private cancel(): void {
    const live = this.one(this.live);
    if (live !== undefined) this.desk.engine.drop(live, REASON.CANCELLED);
  }

  private moveMark(): void {
    const { view, engine } = this.desk;
    if (this.random() < 0.1) view.marks.delete(MARKET);
    else view.marks.set(MARKET, BigInt(94 + this.below(13)) * UNIT);
    view.bandWidth = BigInt(3 + this.below(9)) * UNIT;
    engine.marked(MARKET);
  }

  private fillElsewhere(): void {
    const live = this.one(this.live.filter(({ inflight }) => inflight === 0n));
    if (live === undefined) return;
    const filled = this.desk.view.filled;
    filled.set(live.hash, BigInt(this.below(10)) * NANO); // also less than before: a reorganisation
    this.desk.engine.reconcile(live);
  }

  private add(match: Match, sign: bigint): void {
    const { filled } = this.desk.view;
    const sum = match.fills.reduce((all, { size }) => all + size, 0n);
    const book = (hash: string, size: bigint) => filled.set(hash, (filled.get(hash) ?? 0n) + sign * size);
    book(match.taker, sum);
    for (const { order, size } of match.fills) book(order, size);
  }

  private mine(): void {
    const match = this.waiting.shift();
    if (match === undefined) return;
    if (this.random() < 0.8) {
      this.add(match, 1n);
      this.desk.engine.settled(match);
      this.mined.push(match);
    } else {
      const flawed = this.one([match.taker, ...match.fills.map(({ order }) => order)])!;
      this.desk.engine.settled(match, new Map([[flawed, REASON.MARGIN]]), true);
    }
  }

  private takeBack(): void {
    const match = this.mined.pop();
    if (match === undefined) return;
    this.add(match, -1n);
    this.desk.engine.unsettled(match);
    this.waiting.push(match);
  }

  private clock(): void {
    this.desk.view.time += this.below(30);
    this.desk.engine.tick();
  }

  private poor(): void {
    this.desk.view.rooms.set(accountOf(this.below(6)), BigInt(this.below(20)) * NANO);
  }

  /** What has to hold at any time. */
  private look(): void {
    const happened = this.desk.flush();
    this.waiting.push(...happened.matches);
    this.fills += happened.matches.flatMap(({ fills }) => fills).length;
    for (const delta of happened.deltas) this.reader.apply(delta);
    const { engine, view } = this.desk;
    const book = engine.book(MARKET);
    for (const [side, { levels }] of [book.bids, book.asks].entries()) {
      expect(this.reader.levels(side as 0 | 1)).to.deep.equal(levels.map(({ price, size }) => ({ price, size })));
      for (const { orders, size } of levels) {
        expect(orders.reduce((sum, { left }) => sum + left, 0n)).to.equal(size);
        expect(orders.every(({ left }) => left > 0n)).to.equal(true);
      }
    }
    const [bid, ask] = [book.bids.best, book.asks.best];
    if (bid && ask && view.mark(MARKET) !== undefined) expect(bid.price < ask.price, "crossed").to.equal(true);
    for (const live of engine.orders.values()) {
      const { left, inflight, dropped } = live;
      expect(left >= 0n && inflight >= 0n && dropped >= 0n).to.equal(true);
      expect(left <= view.remaining(live), "in the book is at most what the chain leaves").to.equal(true);
    }
  }
}

describe("the book on random walks", () => {
  for (let seed = 1; seed <= 8; ++seed) {
    it(`keeps its word, its sums and its stream (seed ${seed})`, function () {
      this.timeout(20_000);
      const walk = new Walk(seeded(seed));
      for (let step = 0; step < 350; ++step) walk.step();
      const verdict = walk.desk.audit();
      expect(verdict.violations).to.deep.equal([]);
      expect(walk.fills).to.be.greaterThan(20);
      for (const live of walk.desk.engine.orders.values()) {
        expect(verdict.reference.entries.get(live.hash)?.size, "the statements say what the book has").to.equal(
          live.left,
        );
      }
    });
  }
});

// SPDX-License-Identifier: MIT
import type { Hex } from "../../sdk/orderHash.js";
import { PRICE_UNIT } from "../../sdk/units.js";
import { REASON, STAND, type Fill, type Reason, type Statement } from "../journal/statement.js";
import { USE, type SignedOrder } from "../order/Order.js";
import { Book, type Delta } from "./Book.js";
import { Expiries } from "./Expiries.js";
import { createLive, isOver, laneKey, type Live } from "./Live.js";
import { laneTaken, netNotMet, noMark, notWhole, tooManyFills, tooSmall, voidOrder, wouldTake } from "./refusals.js";
import type { View } from "./View.js";

/** A taker and the makers that it met, under the number of their statement: what is to be settled. */
export interface Match {
  readonly number: number;
  readonly market: bigint;
  readonly taker: Hex;
  readonly fills: readonly Fill[];
  /** The number of the first match of the run that it belongs to: settled with the others, or not at all. */
  readonly run?: number | undefined;
}

/** A checked order that goes into the book. */
export interface Placed {
  readonly hash: Hex;
  readonly signed: SignedOrder;
}

export interface Numbered {
  readonly number: number;
  readonly statement: Statement;
}

/** What has happened since it was last taken. */
export interface Happened {
  readonly statements: readonly Numbered[];
  readonly matches: readonly Match[];
  readonly deltas: readonly Delta[];
  /** Orders of which something changed. */
  readonly touched: readonly Live[];
}

/**
 * Makers of one match: what a transaction of 2^24 gas holds with room to spare. In a group of options a fill is dear.
 */
export const MAX_FILLS = 48;
export const MAX_OPTION_FILLS = 12;

/** What became of a match: orders of `flawed` were refused by the chain. */
export interface Settled {
  readonly match: Match;
  readonly flawed: ReadonlyMap<Hex, Reason>;
}

/**
 * The books of all markets: accepts, matches, drops and restores orders, and says so in numbered statements. Without
 * network and clock; what it knows of the chain comes through `View`.
 *
 * The rule that statements are held to: a taker meets the best price first, and of one price the order of the lowest
 * number. An order that cannot be filled is dropped under a lower number than the match that passes it.
 */
export class Engine {
  readonly orders = new Map<Hex, Live>();
  private readonly books = new Map<bigint, Book>();
  private readonly lanes = new Map<string, Live>();
  private readonly accounts = new Map<bigint, Set<Live>>();
  /** Orders with a trigger, by market: those that wait, and those in the book. */
  private readonly triggered = new Map<bigint, Set<Live>>();
  private readonly expiries = new Expiries();

  private statements: Numbered[] = [];
  private matches: Match[] = [];
  private touched = new Set<Live>();

  /** @param next The number of the next statement. */
  constructor(
    private readonly view: View,
    private next = 1,
    private readonly maxFills = MAX_FILLS,
  ) {}

  book(market: bigint): Book {
    let book = this.books.get(market);
    if (book === undefined) this.books.set(market, (book = new Book(market)));
    return book;
  }

  /** The book of a market as it is, without making one. */
  peek(market: bigint): Book {
    return this.books.get(market) ?? new Book(market);
  }

  get markets(): readonly bigint[] {
    return [...this.books.keys()];
  }

  /** Accounts of which the engine has an order. */
  get owners(): IterableIterator<bigint> {
    return this.accounts.keys();
  }

  /** What lives of an account. */
  ofAccount(account: bigint): ReadonlySet<Live> {
    return this.accounts.get(account) ?? new Set();
  }

  /**
   * Accepts a checked order: it takes what it may, and rests, waits or ends with what is left. A higher sequence of a
   * lane replaces the order that lives there. Throws a Refusal, and has done nothing then. An order that is known is
   * returned as it is.
   */
  place(hash: Hex, signed: SignedOrder): Live {
    const known = this.orders.get(hash);
    if (known !== undefined) return known;
    const live = createLive(hash, signed);
    const { left, before } = this.admitted(live);
    const waits = this.waits(live);
    if (signed.order.use === USE.MAKER && !waits && this.meets(live)) throw wouldTake();

    if (before !== undefined) this.drop(before, REASON.REPLACED);
    this.index(live);
    if (waits) this.park(live, left);
    else this.accept(live, left);
    return live;
  }

  /**
   * Accepts checked orders that only take, if the book fills each of them whole, and none of them if it does not. Their
   * matches are a run. Throws a Refusal. Orders that are all known are returned as they are.
   * @param most What all of them pay at most, 1e-9 quote; negative: the least that they receive.
   */
  placeRun(legs: readonly Placed[], most?: bigint): Live[] {
    const known = legs.flatMap(({ hash }) => this.orders.get(hash) ?? []);
    if (known.length === legs.length) return known;
    if (known.length > 0) throw voidOrder();
    const lives = legs.map(({ hash, signed }) => createLive(hash, signed));
    const lanes = lives.map((live) => this.admitted(live).before);
    let [paid, fills] = [0n, 0];
    for (const live of lives) {
      const offer = this.offerFor(live);
      if (offer.size < live.whole) throw notWhole(live.hash, offer.size);
      paid += live.buys ? offer.cost : -offer.cost;
      fills += offer.fills;
    }
    if (fills > this.maxFills) throw tooManyFills(fills, this.maxFills);
    if (most !== undefined && paid > most * PRICE_UNIT) throw netNotMet(paid, most);

    const from = this.matches.length;
    lives.forEach((live, index) => {
      const before = lanes[index];
      if (before !== undefined) this.drop(before, REASON.REPLACED);
      this.index(live);
      this.accept(live, live.whole, true);
    });
    const matches = this.matches.splice(from);
    const short = lives.find(({ inflight, whole }) => inflight < whole);
    if (short !== undefined) return this.undoRun(matches, short);
    const run = matches[0]!.number;
    this.matches.push(...matches.map((match) => ({ ...match, run })));
    return lives;
  }

  /**
   * Takes all that is left of an order out of the book, for a reason of its own.
   * @return The number of the statement that says so; undefined when nothing was left.
   */
  drop(live: Live, reason: Reason): number | undefined {
    const { left } = live;
    live.dropped = live.whole;
    const number = left > 0n ? this.lessen(live, left, reason) : undefined;
    this.forget(live);
    this.touched.add(live);
    return number;
  }

  /** The chain's clock went on: what expires is dropped, `slack` seconds before it cannot be mined. */
  tick(slack = 0): void {
    for (const live of this.expiries.until(this.view.time + slack)) this.drop(live, REASON.EXPIRED);
  }

  /** A market's mark moved, or is fresh again: triggers are looked at, and a book that crosses is matched. */
  marked(market: bigint): void {
    const waiting = [...(this.triggered.get(market) ?? [])].sort((a, b) => a.number - b.number);
    for (const live of waiting) {
      if (live.left === 0n) continue;
      if (live.stand === STAND.PARKED && !this.waits(live)) {
        const { left } = live;
        live.left = 0n;
        this.accept(live, left);
      } else if (live.stand === STAND.BOOK && this.waits(live)) {
        this.waitAgain(live);
      }
    }
    this.uncross(market);
  }

  /** Brings what is in the book of an order to what the chain leaves of it. */
  reconcile(live: Live, of = 0): void {
    const target = bound(this.view.remaining(live) - live.inflight - live.dropped);
    if (live.left > target) this.lessen(live, live.left - target, REASON.CHAIN);
    else if (live.left < target) this.restore(live, target - live.left, of);
    if (isOver(live)) this.forget(live);
  }

  /**
   * A match is mined, or never will be (`failed`): its sizes are not on their way any more. Orders of `flawed` are
   * dropped, as the chain has refused them; of the others the book has again what the chain leaves. What a match took
   * and the chain has not filled is given back in words, whatever becomes of it.
   */
  settled(match: Match, flawed: ReadonlyMap<Hex, Reason> = new Map(), failed = false): void {
    this.settledTogether([{ match, flawed }], failed);
  }

  /**
   * The same of matches that one look at the chain finds mined. An order may be in several: the chain tells of all of
   * them at once, so none is on its way any more before the book is compared.
   */
  settledTogether(list: readonly Settled[], failed = false): void {
    for (const { match } of list) {
      for (const [live, size] of this.partsOf(match)) {
        live.inflight = bound(live.inflight - size);
        this.touched.add(live);
      }
    }
    for (const { match, flawed } of list) this.comeBack(match, flawed, failed);
  }

  private comeBack(match: Match, flawed: ReadonlyMap<Hex, Reason>, failed: boolean): void {
    const parts = this.partsOf(match);
    const nothing = failed || flawed.has(match.taker);
    const isGone = (live: Live) => flawed.has(live.hash) && flawed.get(live.hash) !== REASON.TRIGGER;
    for (const [live, size] of parts) if (isGone(live)) this.refuse(live, size, match.number, flawed.get(live.hash)!);
    // Makers first, so that a taker that comes back finds them.
    for (const [live, size] of parts.reverse()) {
      if (isGone(live)) continue;
      if (flawed.has(live.hash)) this.waitAgain(live, match.number);
      else if (nothing) this.giveBack(live, size, match.number);
      else this.reconcile(live, match.number);
    }
  }

  /** A reorganisation took a mined match back: it is on its way again. */
  unsettled(match: Match): void {
    this.unsettledTogether([match]);
  }

  /** The same of several, that one look finds taken back. */
  unsettledTogether(list: readonly Match[]): void {
    for (const [live, size] of list.flatMap((match) => this.partsOf(match))) {
      live.inflight += size;
      this.touched.add(live);
    }
    for (const match of list) for (const [live] of this.partsOf(match)) this.reconcile(live, match.number);
  }

  /** An order as it was kept over a restart; nothing is said about it, as it was said before. */
  recall(live: Live): void {
    this.index(live);
    if (live.left > 0n && live.stand === STAND.BOOK) this.book(live.signed.order.market).sideOf(live).add(live);
    if (isOver(live)) this.forget(live);
  }

  /** An order that nothing can bring back any more. */
  erase(live: Live): void {
    this.forget(live);
    this.orders.delete(live.hash);
    this.triggered.get(live.signed.order.market)?.delete(live);
    const siblings = this.accounts.get(live.signed.order.account);
    siblings?.delete(live);
    if (siblings?.size === 0) this.accounts.delete(live.signed.order.account);
  }

  /** Everything since the last call. */
  take(): Happened {
    const deltas = [...this.books.values()].map((book) => book.takeDelta()).filter((delta) => delta !== undefined);
    const { statements, matches } = this;
    const touched = [...this.touched];
    [this.statements, this.matches, this.touched] = [[], [], new Set()];
    return { statements, matches, deltas, touched };
  }

  // ------------------------------------------------------------------ inside

  /** How much of a new order the chain leaves, and what lives in its lane. Throws a Refusal when it may not come in. */
  private admitted(live: Live): { readonly left: bigint; readonly before: Live | undefined } {
    const { order } = live.signed;
    const left = this.view.remaining(live);
    if (left === 0n) throw voidOrder();
    const before = this.lanes.get(laneKey(live));
    if (before !== undefined && before.signed.order.salt >= order.salt)
      throw laneTaken(before.signed.order.salt >> 16n);
    if (this.view.tooSmall(live, left, order.limit)) throw tooSmall();
    const waits = this.waits(live);
    if (order.use === USE.TAKER && !waits && this.view.mark(order.market) === undefined) throw noMark();
    return { left, before };
  }

  /** What the book would fill of a taker now, and at what cost, size times price. Nothing changes. */
  private offerFor(taker: Live): { readonly size: bigint; readonly cost: bigint; readonly fills: number } {
    const { market, limit } = taker.signed.order;
    const [mark, band] = [this.view.mark(market)!, this.view.band(market)];
    const side = this.peek(market).against(taker);
    const size = this.view.remaining(taker);
    let [left, cost, fills] = [size, 0n, 0];
    for (const { price, orders } of side.levels) {
      if (!side.crosses(limit, price)) break;
      const isBeyond = price > mark + band || price < mark - band;
      if (isBeyond && (taker.buys ? price > mark : price < mark)) break;
      for (const maker of isBeyond ? [] : orders) {
        if (left === 0n || maker.owner === taker.owner) return { size: size - left, cost, fills };
        const wanted = maker.left < left ? maker.left : left;
        const room = this.view.room(maker, wanted).size;
        if (room === 0n || (room < wanted && this.view.tooSmall(maker, room, price))) continue;
        left -= room;
        cost += room * price;
        ++fills;
      }
    }
    return { size: size - left, cost, fills };
  }

  /** What was matched of a run comes back, as the book did not fill it whole after all: a maker had less margin. */
  private undoRun(matches: readonly Match[], short: Live): never {
    const filled = short.inflight;
    const flawed = new Map(matches.map(({ taker }) => [taker, REASON.NOT_RESTING] as const));
    this.settledTogether(
      matches.map((match) => ({ match, flawed })),
      true,
    );
    throw notWhole(short.hash, filled);
  }

  private index(live: Live): void {
    const { market, account, expiry, trigger } = live.signed.order;
    this.orders.set(live.hash, live);
    if (live.dropped < live.whole) {
      this.lanes.set(laneKey(live), live);
      this.expiries.add(live, Number(expiry));
    }
    put(this.accounts, account, live);
    if (trigger !== 0n) put(this.triggered, market, live);
  }

  /** It holds no lane any more, and no expiry has to be waited for. */
  private forget(live: Live): void {
    if (this.lanes.get(laneKey(live)) === live) this.lanes.delete(laneKey(live));
    this.expiries.remove(live, Number(live.signed.order.expiry));
  }

  private say(statement: Statement): number {
    if (statement.kind === "dropped") this.orders.get(statement.order)!.reason = statement.reason;
    this.statements.push({ number: this.next, statement });
    return this.next++;
  }

  private waits({ signed: { order } }: Live): boolean {
    if (order.trigger === 0n) return false;
    const mark = this.view.mark(order.market);
    if (mark === undefined) return true;
    return order.triggerAbove ? mark < order.trigger : mark > order.trigger;
  }

  /** What the chain leaves of an order beyond what the book has of it. */
  private missing(live: Live): bigint {
    return bound(this.view.remaining(live) - live.inflight - live.dropped) - live.left;
  }

  /** The chain has refused an order: what a match took of it is given back, and all of it goes. */
  private refuse(live: Live, size: bigint, of: number, reason: Reason): void {
    this.say({ kind: "restored", order: live.hash, size, of });
    this.say({ kind: "dropped", order: live.hash, size, reason });
    this.drop(live, reason);
  }

  /** A match took so much of an order in vain: as much as the chain leaves of it is in the book again. */
  private giveBack(live: Live, size: bigint, of: number): void {
    const back = bound(this.missing(live));
    if (back < size) {
      this.say({ kind: "restored", order: live.hash, size: size - back, of });
      this.say({ kind: "dropped", order: live.hash, size: size - back, reason: REASON.CHAIN });
    }
    this.reconcile(live, of);
  }

  /** The mark is behind its trigger again: all that the chain leaves of it waits. */
  private waitAgain(live: Live, of = 0): void {
    const [left, back] = [live.left, bound(this.missing(live))];
    if (left > 0n) this.lessen(live, left, REASON.TRIGGER);
    if (back > 0n) {
      this.say({ kind: "restored", order: live.hash, size: back, of });
      this.say({ kind: "dropped", order: live.hash, size: back, reason: REASON.TRIGGER });
    }
    if (left + back > 0n) this.park(live, left + back);
  }

  private park(live: Live, size: bigint): void {
    live.stand = STAND.PARKED;
    live.number = this.say({ kind: "accepted", order: live.hash, size, stand: STAND.PARKED });
    live.left = size;
    this.touched.add(live);
  }

  /** @param inRun The margin of its account was judged with the other orders of its run. */
  private accept(live: Live, size: bigint, inRun = false): void {
    live.stand = live.signed.order.use === USE.TAKER ? STAND.TAKER : STAND.BOOK;
    live.number = this.say({ kind: "accepted", order: live.hash, size, stand: live.stand });
    this.enter(live, size, inRun);
  }

  private restore(live: Live, size: bigint, of: number): void {
    this.say({ kind: "restored", order: live.hash, size, of });
    this.touched.add(live);
    if (live.stand === STAND.PARKED) live.left += size;
    else if (live.left > 0n) this.book(live.signed.order.market).sideOf(live).change(live, size);
    else this.enter(live, size);
  }

  /** An order of which the book has nothing comes in with `size`: it takes what it may, and rests with what is left. */
  private enter(live: Live, size: bigint, inRun = false): void {
    live.left = size;
    this.touched.add(live);
    const { use, limit } = live.signed.order;
    if (use !== USE.MAKER) this.takeAll(live, inRun);
    else if (this.meets(live)) return this.end(live, REASON.NOT_RESTING);
    if (live.left === 0n) return;
    if (use === USE.TAKER) return this.end(live, REASON.NOT_RESTING);
    if (this.view.tooSmall(live, live.left, limit)) return this.end(live, REASON.TOO_SMALL);
    this.book(live.signed.order.market).sideOf(live).add(live);
  }

  /** What is left of an order that is not in the book goes. */
  private end(live: Live, reason: Reason): void {
    const { left } = live;
    live.dropped += left;
    live.left = 0n;
    this.say({ kind: "dropped", order: live.hash, size: left, reason });
    if (isOver(live)) this.forget(live);
  }

  /** A part of a resting or waiting order leaves. */
  private lessen(live: Live, size: bigint, reason: Reason): number {
    const number = this.say({ kind: "dropped", order: live.hash, size, reason });
    this.touched.add(live);
    if (live.stand === STAND.BOOK) this.book(live.signed.order.market).sideOf(live).change(live, -size);
    else live.left -= size;
    return number;
  }

  private meets(live: Live): boolean {
    const side = this.book(live.signed.order.market).against(live);
    return side.best !== undefined && side.crosses(live.signed.order.limit, side.best.price);
  }

  /** Takes makers in the order of price and number until the taker is filled or nothing crosses. */
  private takeAll(taker: Live, inRun: boolean): void {
    const { order } = taker.signed;
    const mark = this.view.mark(order.market);
    if (mark === undefined) return; // two orders may cross until there is a mark again: see uncross
    const room = !inRun && this.meets(taker) ? this.view.room(taker, taker.left) : undefined;
    if (room !== undefined && room.size < taker.left) this.shrink(taker, taker.left - room.size, room.reason);
    const side = this.book(order.market).against(taker);
    const band = this.view.band(order.market);
    while (taker.left > 0n) {
      const fills: Fill[] = [];
      const dust: Live[] = [];
      const ended = this.fillsOf(taker, side, mark, band, fills, dust);
      if (fills.length > 0) this.match(taker, fills);
      for (const live of dust) this.cut(live, live.left, REASON.TOO_SMALL);
      if (ended === "more") continue;
      if (ended !== undefined && taker.left > 0n) this.end(taker, ended);
      return;
    }
  }

  /**
   * The makers of one match. Makers that cannot be filled are dropped on the way, so under lower numbers.
   * @return Why what is left of the taker goes; "more" when the match is full; undefined when nothing crosses any more.
   */
  private fillsOf(
    taker: Live,
    side: Book["bids"],
    mark: bigint,
    band: bigint,
    fills: Fill[],
    dust: Live[],
  ): Reason | "more" | undefined {
    const { limit } = taker.signed.order;
    while (taker.left > 0n) {
      const level = side.best;
      if (level === undefined || !side.crosses(limit, level.price)) return undefined;
      if (fills.length === this.maxFills) return "more";
      const { price } = level;
      const maker = level.orders[0]!;
      if (price > mark + band || price < mark - band) {
        // Beyond the band on its own side the order is further than anybody may trade; on the other it is in the way.
        if (taker.buys ? price > mark : price < mark) return REASON.BAND;
        this.cut(maker, maker.left, REASON.BAND);
        continue;
      }
      if (maker.owner === taker.owner) return REASON.SELF_TRADE;
      if (this.view.tooSmall(taker, taker.left, price)) return REASON.TOO_SMALL;
      const wanted = maker.left < taker.left ? maker.left : taker.left;
      const room = this.view.room(maker, wanted);
      if (room.size < wanted) {
        const size = this.view.tooSmall(maker, room.size, price) ? 0n : room.size;
        this.cut(maker, maker.left - size, room.reason);
        if (size === 0n) continue;
      }
      const size = maker.left < taker.left ? maker.left : taker.left;
      this.fill(taker, maker, size, price, fills);
      if (maker.left > 0n && this.view.tooSmall(maker, maker.left, price)) {
        dust.push(maker);
        return "more";
      }
    }
    return undefined;
  }

  private fill(taker: Live, maker: Live, size: bigint, price: bigint, fills: Fill[]): void {
    this.book(maker.signed.order.market).sideOf(maker).change(maker, -size);
    taker.left -= size;
    maker.inflight += size;
    taker.inflight += size;
    this.touched.add(maker);
    fills.push({ order: maker.hash, size, price });
  }

  private match(taker: Live, fills: readonly Fill[]): void {
    const number = this.say({ kind: "matched", order: taker.hash, fills });
    this.matches.push({ number, market: taker.signed.order.market, taker: taker.hash, fills });
  }

  /** A part of a resting order goes, for a reason of its own. */
  private cut(live: Live, size: bigint, reason: Reason): void {
    live.dropped += size;
    this.lessen(live, size, reason);
    if (isOver(live)) this.forget(live);
  }

  /** A part of a taker goes before it takes. */
  private shrink(taker: Live, size: bigint, reason: Reason): void {
    taker.dropped += size;
    taker.left -= size;
    this.say({ kind: "dropped", order: taker.hash, size, reason });
    if (isOver(taker)) this.forget(taker);
  }

  /** After a time without a price two resting orders may cross: the later one takes, or goes if it may not. */
  private uncross(market: bigint): void {
    if (this.view.mark(market) === undefined) return;
    const book = this.book(market);
    for (;;) {
      const [bid, ask] = [book.bids.best?.orders[0], book.asks.best?.orders[0]];
      if (!bid || !ask || bid.signed.order.limit < ask.signed.order.limit) return;
      const later = bid.number > ask.number ? bid : ask;
      const { left } = later;
      book.sideOf(later).remove(later);
      later.left = 0n;
      this.enter(later, left);
    }
  }

  private partsOf(match: Match): [Live, bigint][] {
    const taker = this.orders.get(match.taker);
    const sum = match.fills.reduce((all, { size }) => all + size, 0n);
    const parts = match.fills.map(({ order, size }) => [this.orders.get(order), size] as const);
    return [[taker, sum] as const, ...parts].filter((part): part is [Live, bigint] => part[0] !== undefined);
  }
}

function bound(size: bigint): bigint {
  return size > 0n ? size : 0n;
}

function put<K>(map: Map<K, Set<Live>>, key: K, live: Live): void {
  const set = map.get(key);
  if (set === undefined) map.set(key, new Set([live]));
  else set.add(live);
}

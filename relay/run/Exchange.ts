// SPDX-License-Identifier: MIT
import type { Address } from "../../sdk/order.js";
import type { Hex } from "../../sdk/orderHash.js";
import { Engine, type Happened, type Match, type Placed } from "../book/Engine.js";
import type { Delta } from "../book/Book.js";
import type { Live } from "../book/Live.js";
import { Refusal } from "../book/refusals.js";
import type { View } from "../book/View.js";
import { Journal } from "../journal/Journal.js";
import { MAX_PAGE, NO_PAGE, type FullPage, type Receipt } from "../journal/page.js";
import { REASON, type Reason, type Statement } from "../journal/statement.js";
import type { SignedCancel } from "../order/cancel.js";
import type { Key } from "../order/signing.js";
import type { SignedOrder } from "../order/Order.js";
import { pageToWire, signedToWire } from "../order/wire.js";
import { liveOf, matchBody, matchOf, orderRow, type MatchRow, type PageRow, type Store } from "../store/Store.js";

/** What became known, after it was written down. */
export interface News {
  readonly page: FullPage | undefined;
  readonly deltas: readonly Delta[];
  readonly matches: readonly Match[];
  readonly touched: readonly Live[];
}

/** What an order's sender is told. */
export interface Posted {
  readonly live: Live;
  /** Undefined when the order was known before. */
  readonly receipt: Receipt | undefined;
}

export interface ExchangeOptions {
  readonly store: Store;
  readonly view: View;
  readonly key: Key;
  readonly chainId: bigint;
  readonly clearinghouse: Address;
  /** Statements that may wait to be written; orders beyond are refused until there is room. */
  readonly maxWaiting?: number;
  /** Seconds before its expiry at which an order is dropped, as no later block could contain it. */
  readonly expirySlack?: number;
  /** Makers of one match; default: as a group of linear markets has room for. */
  readonly maxFills?: number;
}

interface Waiter {
  resolve(receipt: Receipt): void;
  reject(why: Error): void;
}

const stopping = () => new Refusal("Stopping", "The relay is stopping. Try again in a while.", 503);

const DEFAULT_WAITING = 8_192;
const DEFAULT_SLACK = 5;

/** A match that the chain has, in a block; orders of `flawed` were refused there. */
export interface Mined {
  readonly number: number;
  readonly block: number;
  readonly flawed: ReadonlyMap<Hex, Reason>;
}

/**
 * The engine with its journal and its database. What it does is written as one page at a time, signed, and told only
 * then: nobody has a receipt for what a crash could lose.
 */
export class Exchange {
  private readonly waiters = new Map<number, Waiter>();
  private readonly fresh = new Set<Hex>();
  /** Signatures of cancellations that the next page shows. */
  private readonly cancels = new Map<Hex, SignedCancel>();
  /** Matches that are not final, with where they stand. */
  private readonly open = new Map<number, { match: Match; row: MatchRow }>();
  private changedMatches = new Map<number, MatchRow>();
  /** Matches that the database has, and that are final or given up. */
  private gone = new Set<number>();
  private writing: Promise<void> | undefined;
  private failure: Error | undefined;
  onNews: (news: News) => void = () => {};
  /** A page is on the disk, so many seconds after it was begun. */
  onWritten: (seconds: number) => void = () => {};
  /** The database did not take a page: what was matched since is known to nobody, and the process has to end. */
  onFailure: (why: Error) => void = () => {};

  private constructor(
    private readonly options: ExchangeOptions,
    readonly engine: Engine,
    readonly journal: Journal,
  ) {}

  /** Goes on where the database says that the relay has stopped. */
  static async open(options: ExchangeOptions): Promise<Exchange> {
    const { store, view, key, chainId, clearinghouse } = options;
    const head = (await store.head()) ?? NO_PAGE;
    const engine = new Engine(view, head.next, options.maxFills);
    const exchange = new Exchange(options, engine, new Journal(key, chainId, clearinghouse, head));
    for (const row of await store.orders()) engine.recall(liveOf(row));
    for (const row of await store.matches()) exchange.open.set(row.number, { match: matchOf(row.body), row });
    return exchange;
  }

  /** Accepts an order that was checked. Resolves once its acceptance is signed and on the disk. */
  async post(hash: Hex, signed: SignedOrder): Promise<Posted> {
    this.requireRoom();
    const { engine } = this;
    const known = engine.orders.get(hash);
    if (known !== undefined) return { live: known, receipt: undefined };
    const live = engine.place(hash, signed);
    this.fresh.add(hash);
    const receipt = await this.whenWritten(live.number);
    return { live, receipt };
  }

  /** Accepts the legs of a package, filled whole and together, or none of them: see `Engine.placeRun`. */
  async postRun(legs: readonly Placed[], most?: bigint): Promise<Posted[]> {
    this.requireRoom();
    const { engine } = this;
    const isKnown = legs.every(({ hash }) => engine.orders.has(hash));
    const fresh = legs.filter(({ hash }) => !engine.orders.has(hash));
    try {
      const lives = engine.placeRun(legs, most);
      for (const { hash } of fresh) this.fresh.add(hash);
      if (isKnown) return lives.map((live) => ({ live, receipt: undefined }));
      return await Promise.all(lives.map(async (live) => ({ live, receipt: await this.whenWritten(live.number) })));
    } catch (failure) {
      // Accepted and taken back, which the journal tells: their bodies belong to it.
      for (const { hash } of fresh) if (engine.orders.has(hash)) this.fresh.add(hash);
      this.kick();
      throw failure;
    }
  }

  /**
   * Takes an order out of the book, as its owner has signed. Resolves once that is signed and on the disk.
   * @return The receipt of the drop; undefined when nothing was left.
   */
  async cancel(live: Live, signature: Hex): Promise<Receipt | undefined> {
    if (this.failure !== undefined) throw stopping();
    const number = this.engine.drop(live, REASON.CANCELLED);
    if (number === undefined) {
      await this.flush();
      return undefined;
    }
    this.cancels.set(live.hash, { order: live.hash, signature });
    return this.whenWritten(number);
  }

  /**
   * The same of all orders of an account whose sequence is below one, by one signature.
   * @return Those of which something was left.
   */
  async cancelBelow(account: bigint, below: bigint, signature: Hex): Promise<Posted[]> {
    if (this.failure !== undefined) throw stopping();
    const { engine } = this;
    const lives = [...engine.ofAccount(account)].filter(({ signed }) => signed.order.salt >> 16n < below);
    const dropped = lives.flatMap((live) => {
      const number = engine.drop(live, REASON.CANCELLED);
      if (number === undefined) return [];
      this.cancels.set(live.hash, { order: live.hash, signature, below: String(below) });
      return [{ live, number }];
    });
    const posted = dropped.map(async ({ live, number }) => ({ live, receipt: await this.whenWritten(number) }));
    if (posted.length === 0) await this.flush();
    return Promise.all(posted);
  }

  /** The clock of the chain went on. */
  tick(): void {
    this.engine.tick(this.options.expirySlack ?? DEFAULT_SLACK);
    this.kick();
  }

  /** Orders and cancellations whose senders wait for their page. */
  get waiting(): number {
    return this.waiters.size;
  }

  /** Matches that are to be sent or on their way, in the order of their numbers. */
  get matches(): readonly { match: Match; row: MatchRow }[] {
    return [...this.open.values()];
  }

  /** A match is on its way by a job; known after a restart. */
  assign(number: number, job: string | undefined): void {
    this.change(number, { job, state: "open", minedAt: undefined });
    this.kick();
  }

  mined(number: number, block: number, flawed: ReadonlyMap<Hex, Reason>): void {
    this.minedTogether([{ number, block, flawed }]);
  }

  /** Matches that one look at the chain finds mined. */
  minedTogether(list: readonly Mined[]): void {
    const settled = list.flatMap(({ number, block, flawed }) => {
      const entry = this.open.get(number);
      if (entry === undefined || entry.row.state === "mined") return [];
      this.change(number, { state: "mined", minedAt: block });
      return [{ match: entry.match, flawed }];
    });
    if (settled.length === 0) return;
    this.engine.settledTogether(settled);
    this.kick();
  }

  /** Their blocks were taken back. */
  unmined(...numbers: number[]): void {
    const taken = numbers.flatMap((number) => {
      const entry = this.open.get(number);
      if (entry === undefined || entry.row.state !== "mined") return [];
      this.change(number, { state: "open", minedAt: undefined });
      return [entry.match];
    });
    if (taken.length === 0) return;
    this.engine.unsettledTogether(taken);
    this.kick();
  }

  /** It will never be mined: what it took comes back, but for orders that the chain refused. */
  failed(number: number, flawed: ReadonlyMap<Hex, Reason>): Promise<void> {
    return this.failedTogether([number], flawed);
  }

  /** The same of the matches of a run. */
  async failedTogether(numbers: readonly number[], flawed: ReadonlyMap<Hex, Reason>): Promise<void> {
    const list = numbers.flatMap((number) => {
      const match = this.open.get(number)?.match;
      return match === undefined ? [] : [{ match, flawed }];
    });
    if (list.length === 0) return;
    // What comes back and that the match is gone are written at once: a restart never sends what was given back.
    for (const { match } of list) this.close(match.number);
    this.engine.settledTogether(list, true);
    await this.flush();
  }

  /** No reorganisation can take it back any more. */
  async final(numbers: readonly number[]): Promise<void> {
    for (const number of numbers) this.close(number);
    if (numbers.length > 0) await this.flush();
  }

  /**
   * Orders of which nothing is left are not kept in memory once `isFinal` says so: expired, or void on the chain beyond
   * any reorganisation. One that was only cancelled here stays, as it could be posted again.
   */
  async retire(isFinal: (live: Live) => boolean): Promise<number> {
    const empty = (live: Live) => live.left === 0n && live.inflight === 0n;
    const over = [...this.engine.orders.values()].filter((live) => empty(live) && isFinal(live));
    for (const live of over) this.engine.erase(live);
    if (over.length > 0) await this.options.store.retire(over.map(({ hash }) => hash));
    return over.length;
  }

  /** Writes what has happened, soon. */
  kick(): void {
    void this.flush().catch(() => {});
  }

  /** Resolves when everything that has happened so far is written. */
  async flush(): Promise<void> {
    // Who comes while a page is being written goes into the next one.
    if (this.writing !== undefined) await this.writing;
    this.writing ??= this.write().finally(() => (this.writing = undefined));
    await this.writing;
  }

  // ------------------------------------------------------------------ inside

  private requireRoom(): void {
    if (this.failure !== undefined) throw stopping();
    if (this.waiters.size >= (this.options.maxWaiting ?? DEFAULT_WAITING)) {
      throw new Refusal("Overloaded", "Too many orders wait to be written down. Try again in a second.", 429);
    }
  }

  private whenWritten(number: number): Promise<Receipt> {
    const written = new Promise<Receipt>((resolve, reject) => this.waiters.set(number, { resolve, reject }));
    this.kick();
    return written;
  }

  private close(number: number): void {
    this.open.delete(number);
    this.changedMatches.delete(number);
    this.gone.add(number);
  }

  private change(number: number, to: Partial<MatchRow>): void {
    const entry = this.open.get(number)!;
    entry.row = { ...entry.row, ...to };
    this.changedMatches.set(number, entry.row);
  }

  private async write(): Promise<void> {
    const began = performance.now();
    await new Promise((resolve) => setImmediate(resolve)); // requests of one turn share a page
    if (this.failure !== undefined) throw this.failure;
    const happened = this.engine.take();
    const { deltas, matches, touched } = happened;
    for (const match of matches) {
      const state = { state: "open", job: undefined, minedAt: undefined } as const;
      this.open.set(match.number, { match, row: { number: match.number, body: matchBody(match), ...state } });
      this.changedMatches.set(match.number, this.open.get(match.number)!.row);
    }
    try {
      const pages = await this.commit(happened);
      if (pages.length > 0) this.onWritten((performance.now() - began) / 1_000);
      if (pages.length === 0 && deltas.length === 0 && touched.length === 0) return;
      this.onNews({ page: pages[0], deltas, matches, touched });
      for (const page of pages.slice(1)) this.onNews({ page, deltas: [], matches: [], touched: [] });
    } catch (failure) {
      this.failure = failure as Error;
      for (const { reject } of this.waiters.values()) reject(this.failure);
      this.waiters.clear();
      this.onFailure(this.failure);
      throw failure;
    }
  }

  private async commit({ statements, touched }: Happened): Promise<FullPage[]> {
    const { store, view } = this.options;
    const rows = touched.map((live) => orderRow(live, this.fresh.delete(live.hash)));
    const changed = [...this.changedMatches.values()];
    const gone = [...this.gone];
    [this.changedMatches, this.gone] = [new Map(), new Set()];
    const pages: FullPage[] = [];
    if (statements.length + rows.length + changed.length + gone.length === 0) return pages;
    const bodies = new Map(touched.map((live) => [live.hash, live]));
    const written: PageRow[] = [];
    const receipts: (() => void)[] = [];
    for (let from = 0; from < statements.length; from += MAX_PAGE) {
      const part = statements.slice(from, from + MAX_PAGE);
      const { page, receipt } = this.journal.write(
        part.map(({ statement }) => statement),
        view.time,
      );
      const orders = part.flatMap(({ statement: { kind, order } }) => {
        const live = kind === "accepted" ? bodies.get(order) : undefined;
        return live === undefined ? [] : [signedToWire(live.signed)];
      });
      const cancels = part.flatMap(({ statement }) => this.cancelOf(statement));
      const body = JSON.stringify({ ...pageToWire(page), orders, cancels });
      written.push({ page: page.page, first: page.first, body });
      pages.push(page);
      receipts.push(() => part.forEach(({ number }, index) => this.tell(number, () => receipt(index))));
    }
    await store.commit({ pages: written, head: this.journal.head, orders: rows, matches: changed, gone });
    for (const tell of receipts) tell();
    return pages;
  }

  /** What shows that an order was cancelled by its owner. */
  private cancelOf(statement: Statement): SignedCancel[] {
    if (statement.kind !== "dropped" || statement.reason !== REASON.CANCELLED) return [];
    const { order } = statement;
    const cancel = this.cancels.get(order);
    this.cancels.delete(order);
    return cancel === undefined ? [] : [cancel];
  }

  private tell(number: number, receipt: () => Receipt): void {
    this.waiters.get(number)?.resolve(receipt());
    this.waiters.delete(number);
  }
}

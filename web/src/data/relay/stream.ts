// SPDX-License-Identifier: MIT
import { fromSnapshot, isResync, withDelta, type Book } from "./book";
import { messageSchema, type OrderState, type RelayTrade } from "./schemas";

// One WebSocket for the whole page. It comes back by itself; each book is asked for anew when a delta was lost or its
// checksum does not agree, and is no book until it is whole again.

export type StreamState = "connecting" | "open" | "closed";

export interface BookDatum {
  readonly book: Book | undefined;
  /** When the relay was last heard of with this book in order, ms. */
  readonly at: number;
  /** Why it is not shown now. */
  readonly problem: string | undefined;
}

const FIRST_PAUSE = 500;
const LONGEST_PAUSE = 15_000;
/** A relay that makes mistakes again and again is asked less and less often. */
const RESYNC_PAUSE = 1_000;
const KEPT_TRADES = 100;

type Listener = () => void;

interface Topic<T> {
  value: T;
  readonly listeners: Set<Listener>;
}

const NO_BOOK: BookDatum = { book: undefined, at: 0, problem: undefined };

export class RelayStream {
  private socket: WebSocket | undefined;
  private pause = FIRST_PAUSE;
  private id = 0;
  private readonly wanted = new Map<string, number>();
  private readonly books = new Map<string, Topic<BookDatum>>();
  private readonly trades = new Map<string, Topic<readonly RelayTrade[]>>();
  private readonly orders = new Map<string, Set<(state: OrderState) => void>>();
  private readonly states: Topic<StreamState> = { value: "closed", listeners: new Set() };
  private timer: ReturnType<typeof setTimeout> | undefined;

  /** @param url Of the relay's HTTP interface. */
  constructor(
    private readonly url: string,
    private readonly open: (url: string) => WebSocket = (at) => new WebSocket(at),
  ) {}

  // ------------------------------------------------------------------ what readers see

  get state(): StreamState {
    return this.states.value;
  }

  onState = (listener: Listener): (() => void) => listen(this.states.listeners, listener);

  book(market: bigint): BookDatum {
    return this.books.get(`book:${market}`)?.value ?? NO_BOOK;
  }

  onBook(market: bigint, listener: Listener): () => void {
    return this.hold(`book:${market}`, listen(topic(this.books, `book:${market}`, NO_BOOK).listeners, listener));
  }

  latestTrades(market: bigint): readonly RelayTrade[] {
    return this.trades.get(`trades:${market}`)?.value ?? NONE;
  }

  onTrades(market: bigint, listener: Listener): () => void {
    return this.hold(`trades:${market}`, listen(topic(this.trades, `trades:${market}`, NONE).listeners, listener));
  }

  /** Trades that were asked for over HTTP, older than those heard. Latest first. */
  seed(market: bigint, list: readonly RelayTrade[]): void {
    const found = topic(this.trades, `trades:${market}`, NONE);
    const numbers = new Set(found.value.map(({ number }) => number));
    set(found, [...found.value, ...list.filter(({ number }) => !numbers.has(number))].slice(0, KEPT_TRADES));
  }

  onOrders(account: bigint, listener: (state: OrderState) => void): () => void {
    const channel = `account:${account}`;
    const heard = this.orders.get(channel) ?? new Set();
    this.orders.set(channel, heard);
    heard.add(listener);
    return this.hold(channel, () => void heard.delete(listener));
  }

  close(): void {
    clearTimeout(this.timer);
    this.wanted.clear();
    this.socket?.close();
  }

  // ------------------------------------------------------------------ inside

  /** Keeps a channel subscribed as long as somebody reads it. */
  private hold(channel: string, release: () => void): () => void {
    const readers = this.wanted.get(channel) ?? 0;
    this.wanted.set(channel, readers + 1);
    if (this.socket === undefined) this.connect();
    else if (readers === 0) this.ask("subscribe", channel);
    return () => {
      release();
      const left = (this.wanted.get(channel) ?? 1) - 1;
      if (left > 0) return void this.wanted.set(channel, left);
      this.wanted.delete(channel);
      this.books.delete(channel);
      this.ask("unsubscribe", channel);
    };
  }

  private connect(): void {
    set(this.states, "connecting");
    const socket = this.open(`${this.url.replace(/^http/, "ws")}/v1/stream`);
    this.socket = socket;
    socket.onopen = () => {
      this.pause = FIRST_PAUSE;
      set(this.states, "open");
      for (const channel of this.wanted.keys()) this.ask("subscribe", channel);
    };
    socket.onmessage = ({ data }) => this.hear(String(data));
    socket.onclose = () => {
      if (this.socket !== socket) return;
      this.socket = undefined;
      set(this.states, "closed");
      for (const found of this.books.values()) set(found, { ...found.value, book: undefined, problem: "closed" });
      if (this.wanted.size === 0) return;
      this.timer = setTimeout(() => this.connect(), this.pause);
      this.pause = Math.min(2 * this.pause, LONGEST_PAUSE);
    };
  }

  private ask(op: "subscribe" | "unsubscribe", channel: string): void {
    if (this.socket?.readyState !== 1) return;
    this.socket.send(JSON.stringify({ op, id: ++this.id, channel }));
  }

  private hear(text: string): void {
    const message = parsed(text);
    if (message === undefined) return this.mistrust();
    switch (message.type) {
      case "book":
      case "delta": {
        const found = this.books.get(message.channel);
        if (found === undefined || message.channel !== `book:${message.data.market}`) return;
        const before = found.value.book;
        if (message.type === "delta" && before === undefined) return; // the whole book is on its way
        const after = message.type === "book" ? fromSnapshot(message.data) : withDelta(before!, message.data);
        if (isResync(after)) return this.resync(message.channel, found, after.resync);
        return set(found, { book: after, at: Date.now(), problem: undefined });
      }
      case "trade": {
        const found = this.trades.get(message.channel);
        if (found && message.channel === `trades:${message.data.market}`) {
          set(found, [message.data, ...found.value].slice(0, KEPT_TRADES));
        }
        return;
      }
      case "order":
        for (const listener of this.orders.get(message.channel) ?? []) listener(message.data);
        return;
      case "answer":
        return;
    }
  }

  /** What is no message of a relay: every book is asked for again. */
  private mistrust(): void {
    for (const [channel, found] of this.books) this.resync(channel, found, "malformed");
  }

  private resync(channel: string, found: Topic<BookDatum>, problem: string): void {
    const already = found.value.book === undefined && found.value.problem !== undefined;
    set(found, { ...found.value, book: undefined, problem });
    if (already && problem === "malformed") return;
    this.ask("unsubscribe", channel);
    setTimeout(() => this.wanted.has(channel) && this.ask("subscribe", channel), already ? RESYNC_PAUSE : 0);
  }
}

const NONE: readonly RelayTrade[] = [];

function parsed(text: string) {
  try {
    const result = messageSchema.safeParse(JSON.parse(text));
    return result.success ? result.data : undefined;
  } catch {
    return undefined;
  }
}

function topic<T>(topics: Map<string, Topic<T>>, key: string, value: T): Topic<T> {
  const found = topics.get(key) ?? { value, listeners: new Set() };
  topics.set(key, found);
  return found;
}

function set<T>(found: Topic<T>, value: T): void {
  if (found.value === value) return;
  found.value = value;
  for (const listener of found.listeners) listener();
}

function listen(listeners: Set<Listener>, listener: Listener): () => void {
  listeners.add(listener);
  return () => void listeners.delete(listener);
}

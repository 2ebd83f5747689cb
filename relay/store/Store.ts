// SPDX-License-Identifier: MIT
import type { Live } from "../book/Live.js";
import type { Match } from "../book/Engine.js";
import type { Hex } from "../../sdk/orderHash.js";
import type { Head } from "../journal/page.js";
import type { Reason, Stand } from "../journal/statement.js";
import { signedFromWire, signedToWire } from "../order/wire.js";
import { createLive } from "../book/Live.js";

/** An order as it is kept: its body once, its state as often as it changes. */
export interface OrderRow {
  readonly hash: Hex;
  readonly account: string;
  /** The signed order as JSON; undefined when only the state has changed. */
  readonly body?: string | undefined;
  readonly state: string;
}

/** A match until it is final. */
export interface MatchRow {
  readonly number: number;
  readonly body: string;
  /** `open`: to be sent or on its way. `mined`: in a block that may still be taken back. */
  readonly state: "open" | "mined";
  /** The key of the job that settles it, and its block. */
  readonly job: string | undefined;
  readonly minedAt: number | undefined;
}

export interface PageRow {
  readonly page: number;
  readonly first: number;
  /** The whole page as JSON. */
  readonly body: string;
}

/** What is written at once or not at all: pages with what they change, or what changed without a statement. */
export interface Commit {
  readonly pages: readonly PageRow[];
  readonly head: Head;
  readonly orders: readonly OrderRow[];
  readonly matches: readonly MatchRow[];
  /** Numbers of matches that are final, or given up. */
  readonly gone: readonly number[];
}

/** What a relay has promised and signed. Whatever it has not written here it has not said to anybody. */
export interface Store {
  /** Waits until no other relay uses the database, and takes it. Rejects when it may not wait. */
  acquire(): Promise<void>;
  /** Called once if the database was lost after `acquire`: the relay has to end, as another one may have it. */
  onLost(run: (why: Error) => void): void;
  head(): Promise<Head | undefined>;
  /** All that may still live or come back. */
  orders(): Promise<OrderRow[]>;
  /** Also one that is retired. */
  order(hash: Hex): Promise<OrderRow | undefined>;
  matches(): Promise<MatchRow[]>;
  commit(commit: Commit): Promise<void>;
  /** Orders that nothing can bring back: kept for audits, not read at a start any more. */
  retire(hashes: readonly Hex[]): Promise<void>;
  /** Pages from one on, at most so many, with the bodies of the orders that they accept. */
  pages(from: number, count: number): Promise<string[]>;
  close(): Promise<void>;
}

export function orderRow(live: Live, isNew: boolean): OrderRow {
  const { hash, signed, left, inflight, dropped, number, stand, reason } = live;
  const body = isNew ? JSON.stringify(signedToWire(signed)) : undefined;
  const state = [left, inflight, dropped, number, stand, reason ?? ""].join();
  return { hash, account: String(signed.order.account), body, state };
}

export function liveOf({ hash, body, state }: OrderRow): Live {
  const live = createLive(hash, signedFromWire(JSON.parse(body!)));
  const [left, inflight, dropped, number, stand, reason = ""] = state.split(",") as [
    ...[string, string, string, string, string],
    string?,
  ];
  Object.assign(live, { left: BigInt(left), inflight: BigInt(inflight), dropped: BigInt(dropped) });
  [live.number, live.stand] = [Number(number), Number(stand) as Stand];
  live.reason = reason === "" ? undefined : (Number(reason) as Reason);
  return live;
}

export function matchBody({ number, market, taker, fills, run }: Match): string {
  const wire = fills.map(({ order, size, price }) => [order, String(size), String(price)]);
  return JSON.stringify([number, String(market), taker, wire, ...(run === undefined ? [] : [run])]);
}

export function matchOf(body: string): Match {
  const [number, market, taker, fills, run] = JSON.parse(body) as [
    ...[number, string, Hex, [Hex, string, string][]],
    number?,
  ];
  const list = fills.map(([order, size, price]) => ({ order, size: BigInt(size), price: BigInt(price) }));
  return { number, market: BigInt(market), taker, fills: list, ...(run !== undefined && { run }) };
}

// SPDX-License-Identifier: MIT
import type { Hex } from "../../sdk/orderHash.js";
import { REASON, STAND, type Reason, type Stand } from "../journal/statement.js";
import type { Order } from "../order/Order.js";

/** An order as its statements leave it. */
export interface Entry {
  readonly hash: Hex;
  readonly order: Order;
  /** Of its last acceptance. */
  number: number;
  stand: Stand;
  /** Accepted and restored, less dropped and matched. */
  size: bigint;
  /** What matches and drops took of it in all, which is what a restoration may bring back. */
  taken: bigint;
  /** Dropped because its trigger is not reached any more: it may be accepted again. */
  waiting: bigint;
  /** That nothing of it is left since. */
  lastDrop: { readonly number: number; readonly reason: Reason } | undefined;
}

/**
 * The books as the statements say them, slow and obvious: a list of entries a side, sorted by price and number. Shares
 * no line with the engine that it judges.
 */
export class Reference {
  readonly entries = new Map<Hex, Entry>();
  private readonly sides = new Map<string, Entry[]>();

  constructor(private readonly bodies: ReadonlyMap<Hex, Order>) {}

  /** Those of a side that rest, best first. */
  resting(market: bigint, bids: boolean): readonly Entry[] {
    return this.sideOf(market, bids);
  }

  entryOf(hash: Hex): Entry | undefined {
    let entry = this.entries.get(hash);
    const order = this.bodies.get(hash);
    if (entry === undefined && order !== undefined) {
      entry = { hash, order, number: 0, stand: STAND.PARKED, size: 0n, taken: 0n, waiting: 0n, lastDrop: undefined };
      this.entries.set(hash, entry);
    }
    return entry;
  }

  accept(entry: Entry, size: bigint, stand: Stand, number: number): void {
    this.out(entry);
    [entry.size, entry.stand, entry.number] = [size, stand, number];
    [entry.waiting, entry.lastDrop] = [0n, undefined];
    this.in(entry);
  }

  drop(entry: Entry, size: bigint, reason: Reason, number: number): void {
    this.change(entry, -size);
    if (reason === REASON.TRIGGER) entry.waiting += size;
    if (entry.size <= 0n) entry.lastDrop = { number, reason };
  }

  /** What is given back, or with a negative size what goes. */
  change(entry: Entry, by: bigint): void {
    this.out(entry);
    entry.size += by;
    entry.taken -= by;
    if (entry.size > 0n) entry.lastDrop = undefined;
    this.in(entry);
  }

  private in(entry: Entry): void {
    if (entry.size <= 0n || entry.stand !== STAND.BOOK) return;
    const side = this.sideOf(entry.order.market, entry.order.size > 0n);
    const at = side.findIndex((other) => isBefore(entry, other));
    side.splice(at < 0 ? side.length : at, 0, entry);
  }

  private out(entry: Entry): void {
    const side = this.sideOf(entry.order.market, entry.order.size > 0n);
    const at = side.indexOf(entry);
    if (at >= 0) side.splice(at, 1);
  }

  private sideOf(market: bigint, bids: boolean): Entry[] {
    const key = `${market} ${bids}`;
    let side = this.sides.get(key);
    if (side === undefined) this.sides.set(key, (side = []));
    return side;
  }
}

/** Has it priority over another order of its side? */
export function isBefore(one: Entry, other: Entry): boolean {
  const [a, b] = [one.order.limit, other.order.limit];
  if (a !== b) return one.order.size > 0n ? a > b : a < b;
  return one.number < other.number;
}

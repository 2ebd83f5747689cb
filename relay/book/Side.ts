// SPDX-License-Identifier: MIT
import type { Live } from "./Live.js";

/** Orders of one price, first come first. */
export interface Level {
  readonly price: bigint;
  /** Ascending by their numbers. */
  readonly orders: Live[];
  size: bigint;
}

/** One side of a book: levels from the best price on. */
export class Side {
  /** Best first. */
  readonly levels: Level[] = [];
  /** Prices whose size has changed since `takeChanges`. */
  private changed = new Set<bigint>();

  /** @param bids The best bid is the highest, the best ask the lowest. */
  constructor(private readonly bids: boolean) {}

  get best(): Level | undefined {
    return this.levels[0];
  }

  /** Would an order of the other side with this limit trade at this price? */
  crosses(limit: bigint, price: bigint): boolean {
    return this.bids ? price >= limit : price <= limit;
  }

  add(live: Live): void {
    const price = live.signed.order.limit;
    const at = this.placeOf(price);
    let level = this.levels[at];
    if (level?.price !== price) this.levels.splice(at, 0, (level = { price, orders: [], size: 0n }));
    level.orders.splice(firstAfter(level.orders, live.number), 0, live);
    this.resize(level, live.left);
  }

  remove(live: Live): void {
    const at = this.placeOf(live.signed.order.limit);
    const level = this.levels[at]!;
    level.orders.splice(firstAfter(level.orders, live.number) - 1, 1);
    this.resize(level, -live.left);
    if (level.orders.length === 0) this.levels.splice(at, 1);
  }

  /** A part of a resting order leaves or comes back; one of which nothing is left is removed. */
  change(live: Live, by: bigint): void {
    if (live.left + by === 0n) {
      this.remove(live);
      live.left = 0n;
      return;
    }
    live.left += by;
    this.resize(this.levels[this.placeOf(live.signed.order.limit)]!, by);
  }

  /** Prices and their sizes now, zero where nothing is left, since the last call. */
  takeChanges(): [price: bigint, size: bigint][] {
    if (this.changed.size === 0) return [];
    const prices = [...this.changed];
    this.changed = new Set();
    return prices.map((price) => {
      const level = this.levels[this.placeOf(price)];
      return [price, level?.price === price ? level.size : 0n];
    });
  }

  private resize(level: Level, by: bigint): void {
    level.size += by;
    this.changed.add(level.price);
  }

  /** Where the level of a price is, or would be. */
  private placeOf(price: bigint): number {
    let [low, high] = [0, this.levels.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      const at = this.levels[middle]!.price;
      if (this.bids ? at > price : at < price) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

/** The place behind all orders whose number is at most this. */
function firstAfter(orders: readonly Live[], number: number): number {
  let [low, high] = [0, orders.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (orders[middle]!.number <= number) low = middle + 1;
    else high = middle;
  }
  return low;
}

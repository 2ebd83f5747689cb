// SPDX-License-Identifier: MIT
import type { showTrade } from "./show.js";

export type Trade = ReturnType<typeof showTrade>;

/** The latest trades of each market; the journal has all. */
export class Trades {
  private readonly byMarket = new Map<number, Trade[]>();

  constructor(private readonly kept = 1_000) {}

  add(trade: Trade): void {
    const list = this.byMarket.get(trade.market);
    if (list === undefined) this.byMarket.set(trade.market, [trade]);
    else if (list.push(trade) > 2 * this.kept) list.splice(0, this.kept);
  }

  /** Latest first. */
  latest(market: bigint, count: number): Trade[] {
    return (this.byMarket.get(Number(market)) ?? []).slice(-Math.min(count, this.kept)).reverse();
  }
}

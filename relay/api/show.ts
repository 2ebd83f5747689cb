// SPDX-License-Identifier: MIT
import type { Delta, LevelSize } from "../book/Book.js";
import type { Match } from "../book/Engine.js";
import type { Live } from "../book/Live.js";
import { STAND } from "../journal/statement.js";
import type { Receipt } from "../journal/page.js";
import { orderToWire } from "../order/wire.js";

/** How an order stands, in one word. */
export function statusOf({ left, inflight, dropped, whole, stand }: Live): string {
  if (left > 0n) return stand === STAND.PARKED ? "waiting" : "open";
  if (inflight > 0n) return "matched";
  return dropped >= whole ? "dropped" : "done";
}

export function showOrder(live: Live) {
  const { hash, signed, left, inflight, dropped, whole, number } = live;
  return {
    hash,
    number,
    status: statusOf(live),
    left: String(left),
    inFlight: String(inflight),
    dropped: String(dropped < whole ? dropped : whole),
    order: orderToWire(signed.order),
  };
}

/** What its sender is told: the state, and the receipt that proves the relay's word. */
export function showPosted(live: Live, receipt: Receipt | undefined) {
  const { order: _, ...state } = showOrder(live);
  return { ...state, receipt };
}

const levels = (list: readonly LevelSize[]) => list.map(({ price, size }) => [String(price), String(size)]);

export function showDelta({ market, sequence, bids, asks, checksum }: Delta) {
  return { market: Number(market), sequence, bids: levels(bids), asks: levels(asks), checksum };
}

export function showTrade({ number, market, taker, fills }: Match, takerBuys: boolean) {
  const list = fills.map(({ order, size, price }) => ({ maker: order, size: String(size), price: String(price) }));
  return { number, market: Number(market), taker, side: takerBuys ? "buy" : "sell", fills: list };
}

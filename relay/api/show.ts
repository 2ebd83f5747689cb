// SPDX-License-Identifier: MIT
import type { Delta, LevelSize } from "../book/Book.js";
import type { Match } from "../book/Engine.js";
import type { Live } from "../book/Live.js";
import { STAND } from "../journal/statement.js";
import type { Receipt } from "../journal/page.js";
import type { MarketInfo, SeriesInfo } from "../check/OrderView.js";
import { NO_NAMES, type Names } from "../order/Names.js";
import { orderToWire, reasonName } from "../order/wire.js";

/** How an order stands, in one word. */
export function statusOf({ left, inflight, dropped, whole, stand }: Live): string {
  if (left > 0n) return stand === STAND.PARKED ? "waiting" : "open";
  if (inflight > 0n) return "matched";
  return dropped >= whole ? "dropped" : "done";
}

const named = (market: bigint, names: Names) => {
  const name = names.nameOf(market);
  return name === undefined ? {} : { name };
};

export function showOrder(live: Live, names: Names) {
  const { hash, signed, left, inflight, dropped, whole, number, reason } = live;
  return {
    hash,
    number,
    status: statusOf(live),
    left: String(left),
    inFlight: String(inflight),
    dropped: String(dropped < whole ? dropped : whole),
    reason: reason === undefined ? null : reasonName(reason),
    ...named(signed.order.market, names),
    order: orderToWire(signed.order),
  };
}

/** What its sender is told: the state, and the receipt that proves the relay's word. */
export function showPosted(live: Live, receipt: Receipt | undefined) {
  const { order: _, ...state } = showOrder(live, NO_NAMES);
  return { ...state, receipt };
}

const levels = (list: readonly LevelSize[]) => list.map(({ price, size }) => [String(price), String(size)]);

export function showDelta({ market, sequence, bids, asks, checksum }: Delta, names: Names) {
  return {
    market: Number(market),
    ...named(market, names),
    sequence,
    bids: levels(bids),
    asks: levels(asks),
    checksum,
  };
}

/** @param time Of its page. */
export function showTrade({ number, market, taker, fills }: Match, takerBuys: boolean, time: number, names: Names) {
  const list = fills.map(({ order, size, price }) => ({ maker: order, size: String(size), price: String(price) }));
  return {
    number,
    time,
    market: Number(market),
    ...named(market, names),
    taker,
    side: takerBuys ? "buy" : "sell",
    fills: list,
  };
}

export function showMarket({ market, group, mark, initialMargin, series, ...rest }: MarketInfo) {
  const { makerFee, takerFee, priceBand, minNotional, trades } = rest;
  return {
    ...{ market: Number(market), group: Number(group), mark: mark === undefined ? null : String(mark), trades },
    ...{ makerFee: Number(makerFee), takerFee: Number(takerFee) },
    ...(initialMargin !== undefined && { initialMargin: Number(initialMargin) }),
    ...{ priceBand: Number(priceBand), minNotional: String(minNotional) },
    ...(series !== undefined && showSeries(series)),
  };
}

function showSeries({ name, type, expiry, strike, forward }: SeriesInfo) {
  return {
    ...{ name, type },
    ...(expiry !== undefined && { expiry: Number(expiry) }),
    ...(strike !== undefined && { strike: String(strike) }),
    ...(forward !== undefined && { forward: String(forward) }),
  };
}

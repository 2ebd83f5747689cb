// SPDX-License-Identifier: MIT
import { NO_NODE, parsePrice, parseSize, price, size, type OptionDesk, type SignedOrder } from "../index.js";
import type { NovationClient } from "../client/index.js";

/** A maker quotes both sides of two calls; a taker sells a spread against the quotes, and looks at his Greeks. */
export async function quoteAndTrade(maker: OptionDesk, taker: OptionDesk, sender: NovationClient) {
  const [near, far] = ["ETH-5DEC25-4000-C", "ETH-5DEC25-4250-C"] as const;
  const ten = (at: string) => ({ price: parsePrice(at), size: parseSize("10") });
  const quotes = await maker.quotes([
    { series: near, bid: ten("220"), ask: ten("250") },
    { series: far, bid: ten("115"), ask: ten("145") },
  ]); // to be posted to a relay: each takes the place of the maker's last quote of its side
  const [bid, , , ask] = quotes as [SignedOrder, SignedOrder, SignedOrder, SignedOrder];

  const legs = [
    { series: near, size: parseSize("-2"), limit: price(bid.order.limit) },
    { series: far, size: parseSize("2"), limit: price(ask.order.limit) },
  ];
  const { later, greeksLater } = await taker.preview(legs);

  // A relay takes the legs as a package. Anybody may do what it does: one strict batch, in which the taker is judged
  // once, after the last leg.
  const signed = await taker.legs(legs, sender.owner);
  const fill = (order: SignedOrder) => [{ maker: order, size: size(2n * 10n ** 9n), hint: NO_NODE }];
  const matches = [
    { taker: signed[0]!, hint: NO_NODE, fills: fill(bid) },
    { taker: signed[1]!, hint: NO_NODE, fills: fill(ask) },
  ];
  await sender.settle(matches, true);

  const { positions, margin, greeks } = await taker.portfolio();
  return { names: positions.map(({ name }) => name), margin, greeks, expected: later, expectedGreeks: greeksLater };
}

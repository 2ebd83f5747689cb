// SPDX-License-Identifier: MIT
import { quoteOf, type Quote } from "../../sdk/margin/quote.js";
import type { Group, Market } from "../../sdk/state/Venue.js";
import type { MarketQuote } from "../scan/quote.js";
import type { GroupLook } from "./prices.js";

/** Each market of a group at its live mark, and time `now`, as the contract would see it. */
export function liveQuotes(group: Group, { markets }: GroupLook, now: bigint): Quote[] {
  return group.markets.map((market, index) => quoteOf(market, markets[index]!, now));
}

/** The frozen marks of a locked group. */
export function frozenQuotes(group: Group, view: GroupLook, now: bigint): Quote[] {
  return group.markets.map((market, index) => {
    const { anchor, recordedMark } = view.markets[index]!;
    return quoteOf(market, { mark: recordedMark, fresh: true, anchor, recordedMark }, now);
  });
}

export function scanQuotes(group: Group, quotes: readonly Quote[]): MarketQuote[] {
  return quotes.map((quote, index) => scanQuote(group.markets[index]!, quote));
}

function scanQuote(market: Market, { mark, long, short, fresh }: Quote): MarketQuote {
  return { mark, long, short, fresh, maintenance: market.parameters.maintenanceMargin };
}

// SPDX-License-Identifier: MIT
import { quoteOf } from "../../sdk/margin/quote.js";
import type { Quote } from "../../sdk/reference/quote.js";
import { price, type Price } from "../../sdk/units.js";
import type { Group, Market } from "../../sdk/state/Venue.js";
import type { MarketQuote } from "../scan/quote.js";
import type { GroupLook } from "./prices.js";

/** Each market of a group at its live mark, and time `now`, as the contract would see it. */
export function liveQuotes(group: Group, { markets }: GroupLook, now: bigint): Quote[] {
  return group.markets.map((market, index) => {
    const { mark, fresh, anchor, recordedMark } = markets[index]!;
    const recorded = { anchor: price(anchor), recordedMark: price(recordedMark) };
    return { ...quoteOf(market, price(mark), now, fresh), ...recorded };
  });
}

/** The frozen marks of a locked group, less the charge that the deficit so far implies. */
export function chargedQuotes(group: Group, view: GroupLook, now: bigint): Quote[] {
  return group.markets.map((market, index) => {
    const { anchor, recordedMark } = view.markets[index]!;
    const recorded = { anchor: price(anchor), recordedMark: price(recordedMark) };
    const quote = { ...quoteOf(market, recorded.recordedMark, now), ...recorded };
    const [jump, charge] = [view.group.jumps[index] ?? 0n, view.group.pendingCharges[index] ?? 0n];
    if (jump > 0n) return { ...quote, long: price(quote.long - charge) };
    return { ...quote, short: price(quote.short + charge) };
  });
}

export function scanQuotes(group: Group, quotes: readonly Quote[]): MarketQuote[] {
  return quotes.map((quote, index) => scanQuote(group.markets[index]!, quote));
}

function scanQuote(market: Market, { mark, long, short, fresh }: Quote): MarketQuote {
  return { mark: mark as Price, long, short, fresh, maintenance: market.parameters.maintenanceMargin };
}

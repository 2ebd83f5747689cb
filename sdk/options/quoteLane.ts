// SPDX-License-Identifier: MIT
import type { MarketId } from "../order.js";
import { seriesIndex } from "./series.js";

/** Lanes from here on are those of quotes: two for each series of a group. Others are free for single orders. */
export const QUOTE_LANES = 0x1000n;

/**
 * The lane of a maker's bid or offer in a series. One order lives in a lane, so a new quote takes the place of the old
 * one, at a relay and on the chain, and cancelling it voids all before it.
 */
export function quoteLane(series: MarketId, buys: boolean): bigint {
  return QUOTE_LANES | (seriesIndex(series) << 1n) | (buys ? 1n : 0n);
}

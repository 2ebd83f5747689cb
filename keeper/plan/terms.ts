// SPDX-License-Identifier: MIT
import { priceShareDown } from "../../sdk/arithmetic.js";
import { price, type Price } from "../../sdk/units.js";
import type { MarketState, Snapshot } from "./Snapshot.js";

/** What a takeover by the keeper's own account is sent with, so that it does not happen late or at another price. */
export interface Terms {
  /** The worst price: 1e-18 quote. */
  readonly limit: Price;
  /** Last second, Unix time. */
  readonly deadline: bigint;
}

/**
 * The mark may move by the gap threshold against the keeper: beyond it the group is locked anyway. And a plan is stale
 * after a lock's length: recorded marks have moved on by then. `sign` of what is taken.
 */
export function termsOf({ time, venue }: Snapshot, { quote, parameters }: MarketState, sign: bigint): Terms {
  const away = priceShareDown(quote.mark, parameters.gapThreshold);
  return { limit: price(quote.mark + sign * away), deadline: time + venue.lockDelay };
}

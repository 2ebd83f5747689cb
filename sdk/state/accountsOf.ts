// SPDX-License-Identifier: MIT
import type { AccountId } from "../order.js";
import type { VenueEvent } from "./events.js";

/**
 * The accounts whose own record an event may change: what a keeper that sorts accounts has to sort again. A charge, a
 * tear-up and funding change what positions are worth through their market, and are not told here.
 */
export function accountsOf(event: VenueEvent): readonly AccountId[] {
  switch (event.kind) {
    case "Transferred":
      return [event.from, event.to];
    case "Matched":
      return [event.taker];
    case "Traded":
      return [event.taker, event.maker];
    case "Liquidated":
      return [event.account, event.taker];
    case "Sliced":
      return [event.account, event.taker];
    case "InventorySold":
      return [event.buyer];
    case "PledgeBought":
      return [event.account, event.buyer];
    case "StockSold":
      return [event.buyer];
    default:
      return "account" in event ? [event.account] : [];
  }
}

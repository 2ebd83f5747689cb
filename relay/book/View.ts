// SPDX-License-Identifier: MIT
import type { Reason } from "../journal/statement.js";
import type { Live } from "./Live.js";

/** How much of an order may be filled now, and what keeps it from more. */
export interface Room {
  readonly size: bigint;
  readonly reason: Reason;
}

/** What matching has to know of the chain, answered from memory. */
export interface View {
  /** The chain's clock, Unix seconds. */
  readonly time: number;
  /** The live mark; undefined while there is no fresh one: nothing is matched then. */
  mark(market: bigint): bigint | undefined;
  /** How far from the mark a fill may be, as a distance in price. */
  band(market: bigint): bigint;
  /** What the chain leaves of the order: neither filled nor void. */
  remaining(live: Live): bigint;
  /** How much of `size` its account can carry at the order's price, with what it may only reduce. */
  room(live: Live, size: bigint): Room;
  /** Is a fill of this size at this price below the market's minimum, and closes no position? */
  tooSmall(live: Live, size: bigint, price: bigint): boolean;
}

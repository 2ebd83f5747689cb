// SPDX-License-Identifier: MIT
import type { AccountId, MarketId } from "../order.js";
import type { Money, Price, Size } from "../units.js";

/** How a position ended. What was torn up whole has ended when its account is next told of. */
export type Ending = "TRADE" | "LIQUIDATION" | "TEAR_UP" | "ABSORPTION" | "SETTLEMENT";

/**
 * A position from flat to flat: what it brought, and why. All of it follows from events. To the unit of 1e-9 quote:
 *
 *     cashFlow = realised - fees - funding - charges + carried
 *
 * and `carried` is 0 once it is closed. Of an open one, `unrealisedAt` tells the rest: value = unrealised - carried.
 */
export interface PositionProfit {
  readonly account: AccountId;
  readonly market: MarketId;
  /** Of the account's positions in this market, from 1 on. */
  readonly number: number;
  readonly isLong: boolean;
  /** Signed; 0 once it is closed. */
  readonly size: Size;
  /** The largest magnitude that it had. */
  readonly largest: Size;
  /** The average price of what is held, or was held last: increases weigh in, what is closed leaves it. */
  readonly entry: Price;
  /** What it brought to cash, and took from it; what came back of a charge is counted at the settlement. */
  readonly cashFlow: Money;
  /** By prices alone: of what was closed, liquidated, torn up, absorbed or settled. */
  readonly realised: Money;
  readonly fees: Money;
  /** Paid since it was opened; negative: received. */
  readonly funding: Money;
  /** Paid for the defaults of others in jumps that it gained by, less what came back for losses of other positions. */
  readonly charges: Money;
  /** Of funding and charges what cash has not seen yet, less what tear-ups brought and cash has not seen either. */
  readonly carried: Money;
  /** Magnitudes. */
  readonly liquidated: Size;
  readonly tornUp: Size;
  /** Unix seconds. */
  readonly openedAt: bigint;
  readonly closedAt: bigint | undefined;
  readonly closedBy: Ending | undefined;
}

// SPDX-License-Identifier: MIT
import { abs, max, notionalUp, shareDown } from "../../sdk/arithmetic.js";
import { sizeToRestore } from "../../sdk/margin/closing.js";
import { discountOf } from "../../sdk/margin/discount.js";
import type { AccountId, MarketId } from "../../sdk/order.js";
import { size, type Money, type Size } from "../../sdk/units.js";
import { dangerOf, sizeUp, soundAfter } from "../plan/margins.js";
import { planned, type Planned } from "../plan/planned.js";
import type { GroupState, LegState, MarketState, Snapshot, TraderState } from "../plan/Snapshot.js";
import { accountSubject, legCause } from "./about.js";
import type { AnyAction, Kind } from "./Kind.js";

// What the three ways to liquidate share: they differ in the side that takes the leg over.

/** A leg of an account, and the number of the keeper's account that is paid. */
export interface Liquidation {
  readonly account: AccountId;
  readonly market: MarketId;
  readonly number: number;
}

export const liquidation = {
  key: ({ account, market }: Liquidation) => `${account} ${market}`,
  subjects: ({ account }: Liquidation) => [accountSubject(account)],
  cause: ({ account, market }: Liquidation, venue: Parameters<typeof legCause>[0]) => legCause(venue, account, market),
  rank: () => 40,
  duty: () => false,
  ownKey: true,
  sender: "keeper",
  to: "clearinghouse",
  event: "Liquidated",
} as const;

/** A leg that may be liquidated. */
export interface Target {
  readonly snapshot: Snapshot;
  readonly group: GroupState;
  readonly trader: TraderState;
  readonly market: MarketState;
  readonly leg: LegState;
}

/** The discount that the account's health asks for. */
export function discountFor({ trader, market }: Target): bigint {
  return discountOf(trader.health, market.parameters);
}

/** The least size that restores initial margin at a cost of `discount`, as the contract has it. */
export function closable({ trader, market, leg }: Target, discount: bigint): Size {
  const { parameters, quote } = market;
  const whole = abs(leg.size);
  const restore = sizeToRestore(trader.health, leg.size, quote, parameters.initialMargin, discount);
  const closed = max(restore, sizeUp(parameters.minNotional, market));
  const rest = size(whole - closed);
  return rest < 0n || notionalUp(rest, quote.mark) < parameters.minNotional ? whole : closed;
}

export function costOf(closed: Size, { quote }: MarketState, discount: bigint): Money {
  return shareDown(notionalUp(closed, quote.mark), discount);
}

/** May `closed` of the leg be taken at that cost, as to the recorded marks? */
export function isSound({ trader, market, leg }: Target, closed: Size, cost: Money): boolean {
  const after = size(leg.size > 0n ? leg.size - closed : leg.size + closed);
  return soundAfter(trader.health, leg.size, after, market, cost);
}

/** The keeper's share of the discount, ppm: none of what counts as the keeper's own account. */
export function keeperShare({ snapshot, trader }: Target): bigint {
  return trader.isOwn ? 0n : snapshot.venue.keeperShare;
}

/** The action if it is wanted: else another way is taken. */
export function choiceOf<A extends AnyAction>(
  kind: Kind<A>,
  { snapshot, group, trader }: Target,
  action: A,
  reward: Money,
): Planned<A> | undefined {
  const choice = planned(kind, snapshot, action, group.markets.length, reward, dangerOf(trader));
  return choice.wanted ? choice : undefined;
}

// SPDX-License-Identifier: MIT
import { callLevelOf, callStands } from "../../sdk/margin/standing.js";
import type { AccountId } from "../../sdk/order.js";
import { money } from "../../sdk/units.js";
import { healthAtMost } from "../plan/atMost.js";
import { allowed } from "../plan/gas.js";
import { dangerOf } from "../plan/margins.js";
import type { Means } from "../plan/Means.js";
import { planned, type Planned } from "../plan/planned.js";
import type { GroupState, Snapshot, TraderState } from "../plan/Snapshot.js";
import { isLeftToAbsorb } from "./absorb.js";
import { CLEARINGHOUSE, type Kind } from "./Kind.js";

export interface MarginCall {
  readonly kind: "marginCall";
  readonly account: AccountId;
  /** As it was planned with: 0, or of a call that lapsed. */
  readonly calledAt: bigint;
}

export const marginCall: Kind<MarginCall> = {
  kind: "marginCall",
  key: ({ account }) => String(account),
  subjects: ({ account }) => [`call ${account}`],
  cause: ({ account }, venue) => String(venue.accounts.get(account)?.calledAt),
  rank: () => 50,
  duty: () => false,
  ownKey: false,
  sender: "anyone",
  gas: allowed(90_000),
  to: "clearinghouse",
  encode: ({ account }) => CLEARINGHOUSE.encodeFunctionData("marginCall", [account]),
  event: "MarginCalled",
};

/** Calls of those that nobody takes: a liquidation takes its account above the call level. */
export function callsDue(snapshot: Snapshot, group: GroupState, means: Means): Planned<MarginCall>[] {
  const due = group.traders.filter((trader) => means.isUntouched(trader.id) && mayBeCalled(snapshot, group, trader));
  return due.map((trader) => {
    const action = { kind: "marginCall", account: trader.id, calledAt: trader.calledAt } as const;
    return planned(marginCall, snapshot, action, group.markets.length, money(0n), dangerOf(trader));
  });
}

/** Below the call level at fresh prices, without a call that stands. An account that owes is absorbed instead. */
function mayBeCalled({ time, venue }: Snapshot, group: GroupState, trader: TraderState): boolean {
  const { id, legs } = trader;
  if (id === group.inventory.id || legs.length === 0) return false;
  const health = healthAtMost(group, trader);
  if (!health.fresh || isLeftToAbsorb(group, trader)) return false;
  const rules = { parameters: venue };
  return !callStands(rules, trader, time) && health.equity < callLevelOf(rules, health);
}

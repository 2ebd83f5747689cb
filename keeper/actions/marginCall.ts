// SPDX-License-Identifier: MIT
import { shareUp } from "../../sdk/arithmetic.js";
import type { AccountId } from "../../sdk/order.js";
import { money } from "../../sdk/units.js";
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
}

export const marginCall: Kind<MarginCall> = {
  kind: "marginCall",
  key: ({ account }) => String(account),
  subjects: ({ account }) => [`call ${account}`],
  cause: ({ account }, venue) => String(venue.accounts.get(account)?.calledAt),
  rank: () => 50,
  duty: () => false,
  ownKey: false,
  gas: allowed(90_000),
  to: "clearinghouse",
  encode: ({ account }) => CLEARINGHOUSE.encodeFunctionData("marginCall", [account]),
  event: "MarginCalled",
};

/** Calls of those that nobody takes: a liquidation takes its account above the call level. */
export function marginCalls(snapshot: Snapshot, group: GroupState, means: Means): Planned<MarginCall>[] {
  const due = group.traders.filter((trader) => means.isUntouched(trader.id) && mayBeCalled(snapshot, group, trader));
  return due.map((trader) => {
    const action = { kind: "marginCall", account: trader.id } as const;
    return planned(marginCall, snapshot, action, group.markets.length, money(0n), dangerOf(trader));
  });
}

/** Is the account called, and has the call not lapsed? */
export function callStands({ time, venue }: Snapshot, { calledAt }: TraderState): boolean {
  return calledAt !== 0n && time < calledAt + venue.callLapse;
}

export function isBelowCall({ venue }: Snapshot, { health }: TraderState): boolean {
  return health.equity < shareUp(health.maintenance, venue.callLevel);
}

/** Below the call level at fresh prices, without a call that stands. An account that owes is absorbed instead. */
function mayBeCalled(snapshot: Snapshot, group: GroupState, trader: TraderState): boolean {
  if (trader.id === group.inventory.id || trader.legs.length === 0) return false;
  if (!trader.health.fresh || isLeftToAbsorb(group, trader)) return false;
  return !callStands(snapshot, trader) && isBelowCall(snapshot, trader);
}

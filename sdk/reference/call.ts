// SPDX-License-Identifier: MIT
import { shareUp } from "../arithmetic.js";
import { money, type Money } from "../units.js";
import { sync } from "./lock.js";
import { healthAtMost, healthOf, type Health } from "./margin.js";
import { liveQuotes } from "./quote.js";
import { refreshAccount } from "./recovery.js";
import { Rejected } from "./Rejected.js";
import { accountIn, groupIn, type Account, type State } from "./state.js";
import type { AccountId } from "../order.js";

/** Records a margin call on an account below the call level, at fresh prices of its legs. */
export function marginCall(state: State, id: AccountId): void {
  const account = accountIn(state, id);
  const health = healthNow(state, account, healthAtMost);
  if (stands(state, account)) throw new Rejected("AlreadyCalled");
  if (!health.fresh) throw new Rejected("AccountHasStaleLeg");
  if (health.equity >= callLevel(state, health)) throw new Rejected("MarginSufficient");
  account.calledAt = state.now;
}

export function clearCall(state: State, id: AccountId): void {
  const account = accountIn(state, id);
  const health = healthNow(state, account, healthOf);
  if (account.calledAt === 0n) throw new Rejected("NotCalled");
  if (health.equity < callLevel(state, health)) throw new Rejected("InsufficientMargin");
  account.calledAt = 0n;
}

/** After anything that adds to an account's equity: clears its margin call if it is cured. */
export function clearIfCured(state: State, account: Account, health?: Health): void {
  if (account.calledAt === 0n) return;
  const now = health ?? healthOf(state, account, liveQuotes(groupIn(state, account.group)));
  if (now.equity >= callLevel(state, now)) account.calledAt = 0n;
}

/** Is the account called, and has the call not lapsed? */
export function stands(state: State, { calledAt }: Account): boolean {
  return calledAt !== 0n && state.now < calledAt + state.venue.callLapse;
}

/** Does a call stand whose grace is over? */
export function isDue(state: State, account: Account): boolean {
  return stands(state, account) && state.now >= account.calledAt + state.venue.callGrace;
}

export function callLevel(state: State, health: Health): Money {
  return money(shareUp(health.maintenance, state.venue.callLevel));
}

function healthNow(state: State, account: Account, counting: typeof healthAtMost): Health {
  refreshAccount(state, account);
  const quotes = liveQuotes(groupIn(state, account.group));
  if (quotes.length === 0) throw new Rejected("GroupUnknown");
  sync(state, account.group, quotes);
  return counting(state, account, quotes);
}

// SPDX-License-Identifier: MIT
import { abs, max } from "../arithmetic.js";
import type { AccountId } from "../order.js";
import { money } from "../units.js";
import { sellAll } from "./collateral.js";
import { NO_LEG, legOf, putDown, take, toEstate } from "./hand.js";
import { capacityOf } from "./jump.js";
import { lock, syncOrLock } from "./lock.js";
import { equityAlone, healthInLock } from "./margin.js";
import { Rejected } from "./Rejected.js";
import { recordedQuotes, type Quote } from "./quote.js";
import { refreshAccount } from "./recovery.js";
import { accountIn, groupIn, marketIn, type State } from "./state.js";

/** Gathers the accounts of `ids` that are below zero at the frozen marks. */
export function absorb(state: State, id: number, ids: AccountId[]): void {
  const group = groupIn(state, id);
  const live = syncOrLock(state, id);
  if (group.phase === "NORMAL") lockFor(state, id, ids, live);
  if (group.phase !== "LOCKED" || state.now >= group.until) throw new Rejected("GroupLocked");
  let any = false;
  for (const account of ids) any = absorbOne(state, id, account) || any;
  if (!any) throw new Rejected("NothingToAbsorb");
  group.uncovered = group.deficit > group.reserve + capacityOf(group);
}

/** Locks an open group for accounts below zero at live, fresh prices. */
function lockFor(state: State, id: number, ids: AccountId[], live: Quote[]): void {
  const group = groupIn(state, id);
  let debt = 0n;
  for (const accountId of ids) {
    const account = accountIn(state, accountId);
    if (account.group !== id) continue;
    // What the line would pay in the lock is no debt.
    const health = healthInLock(state, account, live);
    if (health.fresh) debt += max(0n, -health.equity);
  }
  if (debt === 0n) throw new Rejected("NothingToAbsorb");
  if (debt < state.venue.minDebt) throw new Rejected("DebtTooSmall");
  if (state.now < group.lastUnlock + state.venue.lockDelay) throw new Rejected("LockedTooRecently");
  lock(state, id, live);
}

/** What is pledged is exchanged first. Returns whether anything was done. */
function absorbOne(state: State, id: number, accountId: AccountId): boolean {
  const group = groupIn(state, id);
  const account = accountIn(state, accountId);
  if (account.group !== id || account.positions.size === 0) return false;
  refreshAccount(state, account);
  const frozen = recordedQuotes(group);
  const alone = equityAlone(state, account, frozen);
  if (alone >= 0n) return false;
  const equity = alone + sellAll(state, account, money(-alone), true);
  if (equity >= 0n) return true;

  const debt = -equity;
  group.relieved = money(group.relieved - (account.relief ?? 0n));
  Object.assign(account, { cash: money(0n), calledAt: 0n, relief: undefined });
  for (const [index, position] of [...account.positions].sort(([a], [b]) => a - b)) {
    const leg = legOf(position, frozen[index]!);
    const hand = take(state, account, id, index, frozen);
    putDown(state, { ...hand, leg: NO_LEG });
    toEstate(marketIn(group, index), leg.size > 0n, abs(leg.size));
  }
  refreshAccount(state, account);
  group.deficit = money(max(0n, group.deficit + debt));
  group.absorbed += 1;
  return true;
}

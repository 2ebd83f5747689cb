// SPDX-License-Identifier: MIT
import { min, positive, shareDown } from "../arithmetic.js";
import { accountOf } from "../order.js";
import { money, type Money } from "../units.js";
import { jumpsOf } from "./jump.js";
import { healthOf } from "./margin.js";
import { chargedQuotes } from "./quote.js";
import { accountIn, groupIn, type Account, type State } from "./state.js";

const BUDGET_PERIOD = 86_400n;

/** The vault's account 0: cash only. */
export function potOf(state: State): Account {
  return accountIn(state, accountOf(state.vault, 0));
}

/** The vault's account g: its inventory in group g. */
export function inventoryOf(state: State, group: number): Account {
  return accountIn(state, accountOf(state.vault, group));
}

export function credit(account: Account, amount: bigint): void {
  account.cash = money(account.cash + amount);
}

/** At a lock: what the vault will pay for the group's deficit, at most what its own inventory leaves it after the worst charge. */
export function setAside(state: State, id: number): void {
  const group = groupIn(state, id);
  if (state.now >= group.vaultPeriod + BUDGET_PERIOD) {
    group.vaultPeriod = state.now;
    group.vaultSpent = money(0n);
  }
  const worst = healthOf(state, inventoryOf(state, id), chargedQuotes(group, jumpsOf(group)));
  const free = money(potOf(state).cash + min<bigint>(worst.equity, 0n));
  const budget = money(group.vaultBudget - group.vaultSpent);
  group.reserve = positive(min(budget, free));
  credit(potOf(state), -group.reserve);
}

/** Returns what was set aside and not needed. */
export function releaseReserve(state: State, id: number): void {
  const group = groupIn(state, id);
  credit(potOf(state), group.reserve);
  group.reserve = money(0n);
}

/** What `fund` could move. */
export function fundable(state: State, id: number): Money {
  return positive(min(money(groupIn(state, id).vaultBudget - inventoryOf(state, id).cash), potOf(state).cash));
}

/** Moves cash from the pot to the inventory account, at most until its cash is the budget. */
export function fund(state: State, id: number, wanted: Money): Money {
  const moved = min(positive(wanted), fundable(state, id));
  credit(potOf(state), -moved);
  credit(inventoryOf(state, id), moved);
  return moved;
}

/** As `fund`, in a settlement, from what is left of the reserve. */
export function fundFromReserve(state: State, id: number, wanted: Money): void {
  const group = groupIn(state, id);
  const moved = min(positive(wanted), group.reserve);
  group.reserve = money(group.reserve - moved);
  credit(inventoryOf(state, id), moved);
}

/** Returns the cash of an inventory account without positions to the pot. */
export function sweep(state: State, id: number): void {
  const inventory = inventoryOf(state, id);
  if (inventory.positions.size !== 0 || inventory.cash <= 0n) return;
  credit(potOf(state), inventory.cash);
  inventory.cash = money(0n);
}

/** Splits the fees collected so far between vault and treasury. */
export function splitFees(state: State): void {
  const part = shareDown(state.fees, state.house.vaultFeeShare);
  credit(potOf(state), part);
  credit(accountIn(state, accountOf(state.treasury, 0)), state.fees - part);
  state.fees = money(0n);
}

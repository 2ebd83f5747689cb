// SPDX-License-Identifier: MIT
import { min, positive, shareDown } from "../arithmetic.js";
import { accountOf } from "../order.js";
import { money, type Money } from "../units.js";
import { clearIfCured } from "./call.js";
import { jumpsOf } from "./jump.js";
import { healthOf } from "./margin.js";
import { chargedQuotes, recordedQuotes } from "./quote.js";
import { refreshAccount } from "./recovery.js";
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

export function credit(state: State, account: Account, amount: bigint): void {
  refreshAccount(state, account);
  account.cash = money(account.cash + amount);
  refreshAccount(state, account);
  if (amount > 0n) clearIfCured(state, account);
}

/**
 * At a lock the pot covers what the inventory owed before the jump, then within the budget what the worst charge could leave it missing, then
 * sets aside what the vault will pay.
 */
export function setAside(state: State, id: number): void {
  const group = groupIn(state, id);
  if (state.now >= group.vaultPeriod + BUDGET_PERIOD) {
    group.vaultPeriod = state.now;
    group.vaultSpent = money(0n);
  }
  const frozen = healthOf(state, inventoryOf(state, id), recordedQuotes(group));
  toInventory(state, id, min(positive(money(-frozen.atAnchor)), positive(potOf(state).cash)));
  const worst = healthOf(state, inventoryOf(state, id), chargedQuotes(group, jumpsOf(group)));
  const left = () => positive(min(money(group.vaultBudget - group.vaultSpent), potOf(state).cash));
  const given = min(positive(money(-worst.equity)), left());
  toInventory(state, id, given);
  group.vaultSpent = money(group.vaultSpent + given);
  group.reserve = left();
  if (group.reserve > 0n) credit(state, potOf(state), -group.reserve);
}

/** Returns what was set aside and not needed. */
export function releaseReserve(state: State, id: number): void {
  const group = groupIn(state, id);
  if (group.reserve === 0n) return;
  credit(state, potOf(state), group.reserve);
  group.reserve = money(0n);
}

/** What `fund` could move. */
export function fundable(state: State, id: number): Money {
  return positive(min(money(groupIn(state, id).vaultBudget - inventoryOf(state, id).cash), potOf(state).cash));
}

/** Moves cash from the pot to the inventory account, at most until its cash is the budget. */
export function fund(state: State, id: number, wanted: Money): Money {
  const moved = min(positive(wanted), fundable(state, id));
  toInventory(state, id, moved);
  return moved;
}

/** As `fund`, in a settlement, from what is left of the reserve. */
export function fundFromReserve(state: State, id: number, wanted: Money): void {
  const group = groupIn(state, id);
  const moved = min(positive(wanted), group.reserve);
  if (moved === 0n) return;
  group.reserve = money(group.reserve - moved);
  credit(state, inventoryOf(state, id), moved);
}

/** Returns the cash of an inventory account without positions to the pot. */
export function sweep(state: State, id: number): void {
  const inventory = inventoryOf(state, id);
  if (inventory.positions.size !== 0 || inventory.cash <= 0n) return;
  const cash = inventory.cash;
  credit(state, inventory, -cash);
  credit(state, potOf(state), cash);
}

/** Splits the fees collected so far between vault and treasury. */
export function splitFees(state: State): void {
  if (state.fees === 0n) return;
  const part = shareDown(state.fees, state.house.vaultFeeShare);
  credit(state, potOf(state), part);
  credit(state, accountIn(state, accountOf(state.treasury, 0)), state.fees - part);
  state.fees = money(0n);
}

function toInventory(state: State, id: number, amount: bigint): void {
  if (amount === 0n) return;
  credit(state, potOf(state), -amount);
  credit(state, inventoryOf(state, id), amount);
}

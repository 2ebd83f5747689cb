// SPDX-License-Identifier: MIT
import { abs, ceilDiv, max, min, positive, sameSide, shareDown } from "../arithmetic.js";
import { accountOf } from "../order.js";
import { money, type Money, type Size } from "../units.js";
import { clearIfCured } from "./call.js";
import { jumpsOf } from "./jump.js";
import { healthOf } from "./margin.js";
import { chargedQuotes, recordedQuotes } from "./quote.js";
import { refreshAccount } from "./recovery.js";
import { accountIn, groupIn, type Account, type Market, type State } from "./state.js";

export const BUDGET_PERIOD = 86_400n;

/** The vault's account 0: cash only. */
export function potOf(state: State): Account {
  return accountIn(state, accountOf(state.vault, 0));
}

/** The vault's account g: its inventory in group g. */
export function inventoryOf(state: State, group: number): Account {
  return accountIn(state, accountOf(state.vault, group));
}

export function credit(state: State, account: Account, amount: bigint, mayCure = true): void {
  refreshAccount(state, account);
  account.cash = money(account.cash + amount);
  refreshAccount(state, account);
  if (amount > 0n && mayCure) clearIfCured(state, account);
}

/** What is left of the group's budget in this period, at most what the pot has. */
function spendable(state: State, id: number): Money {
  const { vaultBudget, vaultSpent, vaultPeriod } = groupIn(state, id);
  const spent = state.now >= vaultPeriod + BUDGET_PERIOD ? 0n : vaultSpent;
  return positive(min(money(vaultBudget - spent), potOf(state).cash));
}

/** Counts what left the pot for a group against its budget. */
export function count(state: State, id: number, amount: bigint): void {
  if (amount === 0n) return;
  const group = groupIn(state, id);
  if (state.now >= group.vaultPeriod + BUDGET_PERIOD) Object.assign(group, { vaultPeriod: state.now, vaultSpent: 0n });
  group.vaultSpent = money(group.vaultSpent + amount);
}

/**
 * At a lock, within the budget: the pot covers what the inventory owed before the jump, then what the worst charge
 * could leave it missing, then
 * sets aside what the vault will pay.
 */
export function setAside(state: State, id: number): void {
  const group = groupIn(state, id);
  const frozen = healthOf(state, inventoryOf(state, id), recordedQuotes(group));
  toInventory(state, id, min(positive(money(-frozen.atAnchor)), spendable(state, id)));
  const worst = healthOf(state, inventoryOf(state, id), chargedQuotes(group, jumpsOf(group)));
  toInventory(state, id, min(positive(money(-worst.equity)), spendable(state, id)));
  group.reserve = spendable(state, id);
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
  return positive(min(money(groupIn(state, id).vaultBudget - inventoryOf(state, id).cash), spendable(state, id)));
}

/**
 * Moves cash from the pot to the inventory account: at most what is left of the budget, and until its cash is the
 * budget; but what it `owes` in any case.
 */
export function fund(state: State, id: number, wanted: Money, owes: Money): Money {
  const moved = positive(max(min(wanted, fundable(state, id)), min(owes, spendable(state, id))));
  toInventory(state, id, moved);
  return moved;
}

/** Gives the inventory, which is about to be flat, what it owes, or what is left of the budget for it. */
export function rescue(state: State, id: number, owes: Money): void {
  toInventory(state, id, min(positive(owes), spendable(state, id)));
}

/** As `fund`, in a settlement, from what is left of the reserve. */
export function fundFromReserve(state: State, id: number, wanted: Money): void {
  const group = groupIn(state, id);
  const moved = min(positive(wanted), group.reserve);
  if (moved === 0n) return;
  group.reserve = money(group.reserve - moved);
  count(state, id, moved);
  credit(state, inventoryOf(state, id), moved);
}

/** Returns the cash of an inventory account without positions to the pot. */
export function sweep(state: State, id: number): void {
  const inventory = inventoryOf(state, id);
  if (inventory.positions.size !== 0 || inventory.cash <= 0n) return;
  const cash = inventory.cash;
  credit(state, inventory, -cash);
  credit(state, potOf(state), cash);
  const group = groupIn(state, id);
  group.vaultSpent = positive(money(group.vaultSpent - cash));
}

/**
 * The inventory of a market grew: the whole is on offer since the average by size, at most as long as its discount
 * grows.
 */
export function offer(state: State, id: number, market: Market, before: Size, later: Size): void {
  const grown = sameSide(later, before);
  if (later === 0n || (grown && abs(later) <= abs(before))) return;
  const max = ceilDiv(market.parameters.discountCap * 3_600n, state.venue.offerRate);
  const age = grown ? ceilDiv(min(offerAge(state, id, market), max) * abs(before), abs(later)) : 0n;
  market.offeredAt = offerClock(state, id) - age;
}

/** ppm: grows with the time in which the inventory could be bought. */
export function offerDiscount(state: State, id: number, market: Market): bigint {
  return min((state.venue.offerRate * offerAge(state, id, market)) / 3_600n, market.parameters.discountCap);
}

/** Until when offers have aged since the anchors last moved on: not in a lock, nor long after they were due. */
export function offersAgedUntil(state: State, id: number): bigint {
  const { anchorsDue, phase, lockedAt } = groupIn(state, id);
  return min(anchorsDue + state.venue.lockDelay, phase === "NORMAL" ? state.now : lockedAt);
}

function offerAge(state: State, id: number, market: Market): bigint {
  return max(0n, offerClock(state, id) - market.offeredAt);
}

function offerClock(state: State, id: number): bigint {
  return offersAgedUntil(state, id) - groupIn(state, id).offersStood;
}

/** Splits the fees collected so far between vault and treasury. */
export function splitFees(state: State): void {
  if (state.fees === 0n) return;
  const part = shareDown(state.fees, state.venue.vaultFeeShare);
  credit(state, potOf(state), part);
  credit(state, accountIn(state, accountOf(state.treasury, 0)), state.fees - part);
  state.fees = money(0n);
}

function toInventory(state: State, id: number, amount: bigint): void {
  if (amount === 0n) return;
  credit(state, potOf(state), -amount);
  credit(state, inventoryOf(state, id), amount);
  count(state, id, amount);
}

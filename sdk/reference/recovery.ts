// SPDX-License-Identifier: MIT
import { min, positive } from "../arithmetic.js";
import { money, type Money } from "../units.js";
import { Rejected } from "./Rejected.js";
import type { Account, State } from "./state.js";

const PAR = 10n ** 18n;

/** r: what an ordinary claim pays, 1e18 = par. */
export function rateOf(state: State): bigint {
  if (state.shortfall === 0n) return PAR;
  const tokens = state.held - state.fresh;
  return (tokens * PAR) / (tokens + state.shortfall);
}

/** Books a deposit, already credited. At r < 1 what does not pay a debt is fresh: it counts and leaves at par. */
export function bookDeposit(state: State, account: Account, amount: Money): void {
  state.held = money(state.held + amount);
  if (state.shortfall === 0n) return;
  protect(state, account, amount);
  refreshAccount(state, account);
}

/** Books a withdrawal, not yet debited, and returns what it pays: fresh claims at par first, the others at r. */
export function bookWithdrawal(state: State, account: Account, claims: Money): Money {
  const rate = rateOf(state);
  const fresh = takeFresh(state, account, claims);
  const ordinary = claims - fresh;
  const worth = (ordinary * rate) / PAR;
  const paid = money(fresh + worth);
  if (paid > state.held - state.fresh) throw new Rejected("InsufficientTokens");
  state.shortfall = money(state.shortfall - min(ordinary - worth, state.shortfall));
  state.held = money(state.held - paid);
  return paid;
}

/** Moves protection along with claims between two accounts. */
export function moveFresh(state: State, from: Account, to: Account, claims: Money): void {
  const fresh = takeFresh(state, from, claims);
  if (fresh > 0n) protect(state, to, fresh);
}

/** Cuts an account's protected deposit to the cash that is still there. */
export function refreshAccount(state: State, account: Account): void {
  if (account.fresh === undefined) return;
  const left = min(account.fresh.amount, positive(account.cash));
  state.fresh = money(state.fresh - (account.fresh.amount - left));
  account.fresh.amount = left;
  if (left === 0n) account.fresh = undefined;
}

/**
 * A shortfall: every claim and every protected deposit loses the same part of its worth. Of what is protected, the part
 * that pays for it becomes ordinary claims; nobody's cash changes. Here every account is visited, where the contract
 * keeps an index.
 */
export function suffer(state: State, amount: Money): void {
  const { held, fresh, shortfall: before } = state;
  const later = before + amount;
  const kept = fresh === 0n || before === 0n ? 0n : (fresh * before * held) / ((held - fresh) * later + before * fresh);
  for (const account of state.accounts.values()) {
    if (account.fresh !== undefined && fresh > 0n) account.fresh.amount = money((account.fresh.amount * kept) / fresh);
  }
  if (kept === 0n) state.epoch += 2;
  state.fresh = money(kept);
  state.shortfall = money(later);
}

/** Claims given up by the house, or tokens given to it, heal the shortfall first; returns what is left of them. */
export function heal(state: State, amount: Money): Money {
  const healed = min(amount, state.shortfall);
  state.shortfall = money(state.shortfall - healed);
  return money(amount - healed);
}

function protect(state: State, account: Account, amount: Money): void {
  account.fresh = { amount: money((account.fresh?.amount ?? 0n) + amount) };
  state.fresh = money(state.fresh + amount);
}

function takeFresh(state: State, account: Account, claims: Money): Money {
  if (account.fresh === undefined) return money(0n);
  const taken = min(claims, account.fresh.amount);
  account.fresh.amount = money(account.fresh.amount - taken);
  state.fresh = money(state.fresh - taken);
  if (account.fresh.amount === 0n) account.fresh = undefined;
  return taken;
}

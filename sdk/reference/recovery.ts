// SPDX-License-Identifier: MIT
import { min, positive } from "../arithmetic.js";
import { money, type Money } from "../units.js";
import { Rejected } from "./Rejected.js";
import type { Account, State } from "./state.js";

const PAR = 10n ** 18n;

/** r: what an ordinary claim pays, 1e18 = par. */
export function rateOf(state: State): bigint {
  if (state.shortfall === 0n) return PAR;
  const tokens = state.held - state.protectedCash;
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
  const protectedCash = takeProtected(state, account, claims);
  const ordinary = claims - protectedCash;
  const forgone = min(ordinary - (ordinary * rate) / PAR, state.shortfall);
  const paid = money(claims - forgone);
  if (paid > state.held) throw new Rejected("InsufficientTokens");
  state.shortfall = money(state.shortfall - forgone);
  state.held = money(state.held - paid);
  return paid;
}

/** Moves protection along with claims between two accounts. */
export function moveProtected(state: State, from: Account, to: Account, claims: Money): void {
  const protectedCash = takeProtected(state, from, claims);
  if (protectedCash > 0n) protect(state, to, protectedCash);
}

/** Cuts an account's protected deposit to the cash that is still there. */
export function refreshAccount(state: State, account: Account): void {
  if (account.protection === undefined) return;
  const left = min(account.protection.amount, positive(account.cash));
  state.protectedCash = money(state.protectedCash - (account.protection.amount - left));
  account.protection.amount = left;
  if (left === 0n) account.protection = undefined;
}

/**
 * A shortfall: every claim and every protected deposit loses the same part of its worth. Of what is protected, the part
 * that pays for it becomes ordinary claims; nobody's cash changes. Here every account is visited, where the contract
 * keeps an index.
 */
export function suffer(state: State, amount: Money): void {
  const { held, protectedCash, shortfall: before } = state;
  const later = before + amount;
  const kept =
    protectedCash === 0n || before === 0n
      ? 0n
      : (protectedCash * before * held) / ((held - protectedCash) * later + before * protectedCash);
  for (const account of state.accounts.values()) {
    if (account.protection !== undefined && protectedCash > 0n)
      account.protection.amount = money((account.protection.amount * kept) / protectedCash);
  }
  if (kept === 0n) state.epoch += 2;
  state.protectedCash = money(kept);
  state.shortfall = money(later);
}

/** Claims given up by the venue, or tokens given to it, heal the shortfall first; returns what is left of them. */
export function heal(state: State, amount: Money): Money {
  const healed = min(amount, state.shortfall);
  state.shortfall = money(state.shortfall - healed);
  return money(amount - healed);
}

function protect(state: State, account: Account, amount: Money): void {
  account.protection = { amount: money((account.protection?.amount ?? 0n) + amount) };
  state.protectedCash = money(state.protectedCash + amount);
}

function takeProtected(state: State, account: Account, claims: Money): Money {
  if (account.protection === undefined) return money(0n);
  const taken = min(claims, account.protection.amount);
  account.protection.amount = money(account.protection.amount - taken);
  state.protectedCash = money(state.protectedCash - taken);
  if (account.protection.amount === 0n) account.protection = undefined;
  return taken;
}

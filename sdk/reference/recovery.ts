// SPDX-License-Identifier: MIT
import { max, min, positive } from "../arithmetic.js";
import { money, type Money } from "../units.js";
import { Rejected } from "./Rejected.js";
import type { Account, State } from "./state.js";

const PAR = 10n ** 18n;
/** Fresh deposits are converted at no less. */
const LEAST_RATE = PAR / 10n ** 6n;

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

/** Converts a protected deposit of an earlier shortfall at that time's rate, and cuts it to the cash that is still there. */
export function refreshAccount(state: State, account: Account): void {
  if (account.fresh === undefined) return;
  const left = positive(account.cash);
  if (account.fresh.epoch !== state.epoch) {
    const amount = min(account.fresh.amount, left);
    account.cash = money(account.cash + (amount * PAR) / state.lastRate[account.fresh.epoch]! - amount);
    account.fresh = undefined;
    return;
  }
  if (account.fresh.amount <= left) return;
  state.fresh = money(state.fresh - (account.fresh.amount - left));
  account.fresh.amount = left;
  if (left === 0n) account.fresh = undefined;
}

/** A shortfall: every claim shares it, those of deposits made in the recovery included. */
export function suffer(state: State, amount: Money): void {
  const before = max(rateOf(state), LEAST_RATE);
  const converted = (state.fresh * PAR) / before - state.fresh;
  state.lastRate[state.epoch] = before;
  state.fresh = money(0n);
  state.shortfall = money(state.shortfall + converted + amount);
  state.epoch += 1;
}

/** Claims given up by the house, or tokens given to it, heal the shortfall first; returns what is left of them. */
export function heal(state: State, amount: Money): Money {
  const healed = min(amount, state.shortfall);
  state.shortfall = money(state.shortfall - healed);
  return money(amount - healed);
}

function protect(state: State, account: Account, amount: Money): void {
  account.fresh = { amount: money((account.fresh?.amount ?? 0n) + amount), epoch: state.epoch };
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

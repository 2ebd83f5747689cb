// SPDX-License-Identifier: MIT
import { min, positive } from "../arithmetic.js";
import { money, type Money } from "../units.js";
import type { Account, House, Recovery } from "./House.js";

// The recovery's arithmetic, as RecoveryLib has it: what events do not say follows from what they do.

export const PAR = 10n ** 18n;
/** Where the index of protected deposits starts, and below what it goes on as many digits higher, in the next epoch. */
const INDEX_ONE = 1n << 135n;
const INDEX_MIN = 1n << 64n;
const DIGITS = 71n;

/** r: what an ordinary claim pays, 1e18 = par. */
export function rateOf({ held, shortfall, fresh }: Recovery): bigint {
  if (shortfall === 0n) return PAR;
  const tokens = held - fresh;
  return (tokens * PAR) / (tokens + shortfall);
}

/** The account's cash as its next operation will find it: as stored. */
export function cashOf(_: House, account: Account): Money {
  return account.cash;
}

/** What of an account's cash leaves at par: what shortfalls left of its protected deposit. */
export function protectedCash({ recovery }: House, { fresh }: Account): Money {
  if (fresh === undefined) return money(0n);
  const passed = recovery.epoch - fresh.epoch;
  return passed > 1n ? money(0n) : money((fresh.amount * recovery.index) / (fresh.index << (passed * DIGITS)));
}

/** Cuts what is protected to the cash that is left. */
export function refresh(house: House, account: Account): void {
  if (account.fresh === undefined) return;
  const { journal, recovery } = house;
  const amount = protectedCash(house, account);
  const left = min(amount, positive(account.cash));
  if (left < amount) journal.set(recovery, "fresh", money(recovery.fresh - (amount - left)));
  if (left < amount || left === 0n) setFresh(house, account, left);
}

/** The account's cash is `cash` now, by something that is not a deposit or a withdrawal. */
export function setCash(house: House, account: Account, cash: Money): void {
  refresh(house, account);
  house.journal.set(account, "cash", cash);
  refresh(house, account);
}

/** A deposit made during a recovery counts at par. */
export function protect(house: House, account: Account, amount: Money): void {
  const { journal, recovery } = house;
  setFresh(house, account, money(protectedCash(house, account) + amount));
  journal.set(recovery, "fresh", money(recovery.fresh + amount));
}

/** Takes up to `claims` of the protected deposit; returns what it was. */
export function takeFresh(house: House, account: Account, claims: Money): Money {
  const { journal, recovery } = house;
  const amount = protectedCash(house, account);
  const taken = min(claims, amount);
  if (taken === 0n) return taken;
  setFresh(house, account, money(amount - taken));
  journal.set(recovery, "fresh", money(recovery.fresh - taken));
  return taken;
}

/** By how much a withdrawal of `claims` lowers the shortfall; the account is refreshed. */
export function withdrawn(house: House, account: Account, claims: Money): Money {
  const rate = rateOf(house.recovery);
  const ordinary = claims - takeFresh(house, account, claims);
  return min(money(ordinary - (ordinary * rate) / PAR), house.recovery.shortfall);
}

/** Every claim and every protected deposit loses the same part of its worth in a shortfall; it is `shortfall` in all then. */
export function suffer(house: House, shortfall: Money): void {
  const { journal, recovery } = house;
  const { held, fresh, shortfall: before } = recovery;
  let [kept, index, epoch] = [0n, 0n, recovery.epoch];
  if (fresh !== 0n && before !== 0n) {
    kept = (fresh * before * held) / ((held - fresh) * shortfall + before * fresh);
    index = (recovery.index * kept) / fresh;
    if (index < INDEX_MIN) [index, epoch] = [((recovery.index << DIGITS) * kept) / fresh, epoch + 1n];
  }
  if (index < INDEX_MIN) [kept, index, epoch] = [0n, INDEX_ONE, epoch + 2n];
  journal.set(recovery, "fresh", money(kept));
  journal.set(recovery, "index", index);
  journal.set(recovery, "epoch", epoch);
  journal.set(recovery, "shortfall", shortfall);
}

function setFresh({ journal, recovery }: House, account: Account, amount: Money): void {
  const { epoch, index } = recovery;
  journal.set(account, "fresh", amount === 0n ? undefined : { amount, epoch, index });
}

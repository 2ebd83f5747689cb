// SPDX-License-Identifier: MIT
import { min, positive } from "../arithmetic.js";
import { money, type Money } from "../units.js";
import { pendingCredit } from "./relief.js";
import type { Account, Venue, Recovery } from "./Venue.js";

// The recovery's arithmetic, as RecoveryLib has it: what events do not say follows from what they do.

export const PAR = 10n ** 18n;
/** Where the index of protected deposits starts, and below what it goes on as many digits higher, in the next epoch. */
const INDEX_ONE = 1n << 135n;
const INDEX_MIN = 1n << 64n;
const DIGITS = 71n;

/** r: what an ordinary claim pays, 1e18 = par. */
export function rateOf({ held, shortfall, protectedCash }: Recovery): bigint {
  if (shortfall === 0n) return PAR;
  const tokens = held - protectedCash;
  return (tokens * PAR) / (tokens + shortfall);
}

/** The account's cash as its next operation will find it: as stored, and what a settlement gave it for its relief. */
export function cashOf(venue: Venue, account: Account): Money {
  return money(account.cash + pendingCredit(venue, account));
}

/** What of an account's cash leaves at par: what shortfalls left of its protected deposit. */
export function protectedCash({ recovery }: Venue, { protection }: Account): Money {
  if (protection === undefined) return money(0n);
  const passed = recovery.epoch - protection.epoch;
  return passed > 1n
    ? money(0n)
    : money((protection.amount * recovery.index) / (protection.index << (passed * DIGITS)));
}

/** Cuts what is protected to the cash that is left. */
export function refresh(venue: Venue, account: Account): void {
  if (account.protection === undefined) return;
  const { journal, recovery } = venue;
  const amount = protectedCash(venue, account);
  const left = min(amount, positive(account.cash));
  if (left < amount) journal.set(recovery, "protectedCash", money(recovery.protectedCash - (amount - left)));
  if (left < amount || left === 0n) setFresh(venue, account, left);
}

/** The account's cash is `cash` now, by something that is not a deposit or a withdrawal. */
export function setCash(venue: Venue, account: Account, cash: Money): void {
  refresh(venue, account);
  venue.journal.set(account, "cash", cash);
  refresh(venue, account);
}

/** A deposit made during a recovery counts at par. */
export function protect(venue: Venue, account: Account, amount: Money): void {
  const { journal, recovery } = venue;
  setFresh(venue, account, money(protectedCash(venue, account) + amount));
  journal.set(recovery, "protectedCash", money(recovery.protectedCash + amount));
}

/** Takes up to `claims` of the protected deposit; returns what it was. */
export function takeProtected(venue: Venue, account: Account, claims: Money): Money {
  const { journal, recovery } = venue;
  const amount = protectedCash(venue, account);
  const taken = min(claims, amount);
  if (taken === 0n) return taken;
  setFresh(venue, account, money(amount - taken));
  journal.set(recovery, "protectedCash", money(recovery.protectedCash - taken));
  return taken;
}

/** By how much a withdrawal of `claims` lowers the shortfall; the account is refreshed. */
export function withdrawn(venue: Venue, account: Account, claims: Money): Money {
  const rate = rateOf(venue.recovery);
  const ordinary = claims - takeProtected(venue, account, claims);
  return min(money(ordinary - (ordinary * rate) / PAR), venue.recovery.shortfall);
}

/**
 * Every claim and every protected deposit loses the same part of its worth in a shortfall; it is `shortfall` in all
 * then.
 */
export function suffer(venue: Venue, shortfall: Money): void {
  const { journal, recovery } = venue;
  const { held, protectedCash, shortfall: before } = recovery;
  let [kept, index, epoch] = [0n, 0n, recovery.epoch];
  if (protectedCash !== 0n && before !== 0n) {
    kept = (protectedCash * before * held) / ((held - protectedCash) * shortfall + before * protectedCash);
    index = (recovery.index * kept) / protectedCash;
    if (index < INDEX_MIN) [index, epoch] = [((recovery.index << DIGITS) * kept) / protectedCash, epoch + 1n];
  }
  if (index < INDEX_MIN) [kept, index, epoch] = [0n, INDEX_ONE, epoch + 2n];
  journal.set(recovery, "protectedCash", money(kept));
  journal.set(recovery, "index", index);
  journal.set(recovery, "epoch", epoch);
  journal.set(recovery, "shortfall", shortfall);
}

function setFresh({ journal, recovery }: Venue, account: Account, amount: Money): void {
  const { epoch, index } = recovery;
  journal.set(account, "protection", amount === 0n ? undefined : { amount, epoch, index });
}

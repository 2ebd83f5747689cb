// SPDX-License-Identifier: MIT
import { max, min, positive } from "../arithmetic.js";
import { money, type Money } from "../units.js";
import type { Account, Fresh, House, Recovery } from "./House.js";
import { MissedEvent } from "./MissedEvent.js";

// The recovery's arithmetic, as RecoveryLib has it: what events do not say follows from what they do.

export const PAR = 10n ** 18n;
/** Fresh deposits are converted at no less. */
const LEAST_RATE = PAR / 10n ** 6n;

/** r: what an ordinary claim pays, 1e18 = par. */
export function rateOf({ held, shortfall, fresh }: Recovery): bigint {
  if (shortfall === 0n) return PAR;
  const tokens = held - fresh;
  return (tokens * PAR) / (tokens + shortfall);
}

/** The account's cash as its next operation will find it: a protected deposit of a past recovery is converted. */
export function cashOf(house: House, account: Account): Money {
  const { fresh, cash } = account;
  if (fresh === undefined || fresh.epoch === house.recovery.epoch) return cash;
  const amount = min(fresh.amount, positive(cash));
  const rate = house.recovery.lastRates[Number(fresh.epoch)];
  if (rate === undefined) throw new MissedEvent(`recovery ${fresh.epoch} never ended`);
  return money(cash + (amount * PAR) / rate - amount);
}

/** What of an account's cash leaves at par. */
export function protectedCash(house: House, account: Account): Money {
  const { fresh } = account;
  return fresh === undefined || fresh.epoch !== house.recovery.epoch ? money(0n) : fresh.amount;
}

/** Converts a protected deposit of a past recovery, and cuts it to the cash that is left. */
export function refresh(house: House, account: Account): void {
  const { fresh } = account;
  if (fresh === undefined) return;
  const { journal, recovery } = house;
  if (fresh.epoch !== recovery.epoch) {
    journal.set(account, "cash", cashOf(house, account));
    journal.set(account, "fresh", undefined);
    return;
  }
  const left = positive(account.cash);
  if (fresh.amount <= left) return;
  journal.set(recovery, "fresh", money(recovery.fresh - (fresh.amount - left)));
  setFresh(house, account, { amount: left, epoch: fresh.epoch });
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
  setFresh(house, account, { amount: money((account.fresh?.amount ?? 0n) + amount), epoch: recovery.epoch });
  journal.set(recovery, "fresh", money(recovery.fresh + amount));
}

/** Takes up to `claims` of the protected deposit; returns what it was. */
export function takeFresh(house: House, account: Account, claims: Money): Money {
  const { fresh } = account;
  if (fresh === undefined) return money(0n);
  const { journal, recovery } = house;
  const taken = min(claims, fresh.amount);
  setFresh(house, account, { amount: money(fresh.amount - taken), epoch: fresh.epoch });
  journal.set(recovery, "fresh", money(recovery.fresh - taken));
  return taken;
}

/** By how much a withdrawal of `claims` lowers the shortfall; the account is refreshed. */
export function withdrawn(house: House, account: Account, claims: Money): Money {
  const rate = rateOf(house.recovery);
  const ordinary = claims - takeFresh(house, account, claims);
  return min(money(ordinary - (ordinary * rate) / PAR), house.recovery.shortfall);
}

/** Every claim shares a shortfall; what was protected is not any more. */
export function suffer(house: House, shortfall: Money): void {
  const { journal, recovery } = house;
  journal.insert(recovery.lastRates, recovery.lastRates.length, max(rateOf(recovery), LEAST_RATE));
  journal.set(recovery, "fresh", money(0n));
  journal.set(recovery, "shortfall", shortfall);
  journal.set(recovery, "epoch", recovery.epoch + 1n);
}

function setFresh({ journal }: House, account: Account, fresh: Fresh): void {
  journal.set(account, "fresh", fresh.amount === 0n ? undefined : fresh);
}

// SPDX-License-Identifier: MIT
import { abs, ceilDiv, floorDiv, min, valueDown } from "../../arithmetic.js";
import { rankOf, type NodeId } from "../../level.js";
import type { AccountId } from "../../order.js";
import { money, price, size, type Money, type Price, type Size } from "../../units.js";
import { creditOf, type Share } from "../jump.js";
import { FINE, FINE_UNIT } from "../state.js";

/** One position, kept by itself: everything that happens to it is done to it. */
export interface OptionLeg {
  /** Signed size in 2^-96 units of 1e-9 base. */
  fine: bigint;
  /** What was paid for it, charges included: value = (fine * mark - cost) / FINE_UNIT. */
  cost: bigint;
  readonly node: NodeId;
}

export interface OptionAccount {
  cash: Money;
  /** By the index of the series in its group. */
  readonly legs: Map<number, OptionLeg>;
  /** What it is registered for; undefined when it is not. */
  relief: Money | undefined;
}

export interface OptionSeries {
  /** At the frozen factors, and at the anchor's; of the perpetual with the funding since. */
  readonly mark: Price;
  readonly anchor: Price;
  /** It has expired by the frozen factors: its price stays. */
  readonly expired: boolean;
  openInterest: Size;
  estateLong: Size;
  estateShort: Size;
  chargeLong: Price;
  chargeShort: Price;
}

/** An option group in a lock. */
export interface OptionLock {
  readonly accounts: Map<AccountId, OptionAccount>;
  readonly series: Map<number, OptionSeries>;
  deficit: Money;
  reserve: Money;
  absorbed: number;
}

/** What a settlement did, as in the event Deleveraged; `share` is what winners paid of their gains. */
export interface OptionReceipt {
  readonly share: Share;
  readonly deficit: Money;
  readonly vaultPaid: Money;
  readonly charged: Money;
  readonly shortfall: Money;
}

const NOTHING: Share = { numerator: 0n, denominator: 1n };

export function jumpOfSeries({ mark, anchor }: OptionSeries): Price {
  return price(mark - anchor);
}

/** Whole units of a leg, towards zero. */
export function unitsOfLeg({ fine }: OptionLeg): Size {
  return size(fine < 0n ? -(-fine >> FINE) : fine >> FINE);
}

/** What an account is worth at frozen marks or anchors: each leg by itself, floor. */
export function equityIn(lock: OptionLock, account: OptionAccount, at: "mark" | "anchor" = "mark"): Money {
  let equity: bigint = account.cash;
  for (const [index, { fine, cost }] of account.legs)
    equity += floorDiv(fine * seriesIn(lock, index)[at] - cost, FINE_UNIT);
  return money(equity);
}

/** The smaller of what an account gained and lost in the jump. */
export function reliefIn(lock: OptionLock, account: OptionAccount): Money {
  let [gains, losses] = [0n, 0n];
  for (const [index, leg] of account.legs) {
    const [jump, units] = [jumpOfSeries(seriesIn(lock, index)), unitsOfLeg(leg)];
    const moved = valueDown(size(abs(units)), price(abs(jump)));
    if (units > 0n === jump > 0n) gains += moved;
    else losses += moved;
  }
  return money(min(gains, losses));
}

/** Registers an account, once. Was there anything to register? */
export function registerIn(lock: OptionLock, id: AccountId): boolean {
  const account = lock.accounts.get(id)!;
  const relief = reliefIn(lock, account);
  if (account.relief !== undefined || relief === 0n) return false;
  account.relief = relief;
  return true;
}

/** Absorbs an account that is below zero at the frozen marks. Was it? */
export function absorbIn(lock: OptionLock, id: AccountId): boolean {
  const account = lock.accounts.get(id)!;
  const equity = equityIn(lock, account);
  if (account.legs.size === 0 || equity >= 0n) return false;
  for (const [index, leg] of account.legs) {
    const [series, units] = [seriesIn(lock, index), unitsOfLeg(leg)];
    if (units > 0n) series.estateLong = size(series.estateLong + units);
    else series.estateShort = size(series.estateShort - units);
  }
  account.legs.clear();
  Object.assign(account, { cash: money(0n), relief: undefined });
  lock.deficit = money(lock.deficit - equity);
  lock.absorbed += 1;
  return true;
}

/** What all live winners gained in the jump. */
export function gainsIn(lock: OptionLock): Money {
  let gains = 0n;
  for (const series of lock.series.values()) gains += valueDown(winnersIn(series), price(abs(jumpOfSeries(series))));
  return money(gains);
}

/** What winners pay of their gains: due, and a unit a series with interest for what flooring takes; at most all. */
export function shareIn(lock: OptionLock): Share {
  const due = lock.deficit - lock.reserve;
  if (due <= 0n) return NOTHING;
  const denominator = gainsIn(lock) - relievedIn(lock);
  const live = [...lock.series.values()].filter(({ openInterest }) => openInterest !== 0n).length;
  const numerator = due + BigInt(live);
  return numerator >= denominator ? { numerator: 1n, denominator: 1n } : { numerator, denominator };
}

/** The whole settlement: the vault pays, winners are charged, the estate is netted and torn up. */
export function settleIn(lock: OptionLock): OptionReceipt {
  const [share, { deficit }] = [shareIn(lock), lock];
  const vaultPaid = min(deficit, lock.reserve);
  lock.reserve = money(lock.reserve - vaultPaid);
  let taken = 0n;
  for (const [index, series] of lock.series) {
    const charge = price(ceilDiv(share.numerator * abs(jumpOfSeries(series)), share.denominator));
    taken += valueDown(winnersIn(series), charge);
    if (winnersIn(series) !== 0n) chargeWinners(lock, index, series, charge);
  }
  taken -= share.numerator === 0n ? 0n : creditOf(relievedIn(lock), share);
  for (const account of lock.accounts.values()) {
    account.cash = money(account.cash + creditOf(account.relief ?? money(0n), share));
    account.relief = undefined;
  }
  const charged = money(min(taken, deficit - vaultPaid));
  lock.deficit = money(0n);
  for (const [index, series] of lock.series) closeEstate(lock, index, series);
  return { share, deficit, vaultPaid, charged, shortfall: money(deficit - vaultPaid - charged) };
}

function seriesIn(lock: OptionLock, index: number): OptionSeries {
  const series = lock.series.get(index);
  if (series === undefined) throw new RangeError(`no series ${index}: name it in the lock`);
  return series;
}

function relievedIn(lock: OptionLock): Money {
  return money([...lock.accounts.values()].reduce((sum, { relief }) => sum + (relief ?? 0n), 0n));
}

/** Live units on the side that the jump favoured. */
function winnersIn(series: OptionSeries): Size {
  const jump = jumpOfSeries(series);
  if (jump === 0n) return size(0n);
  return size(series.openInterest - (jump > 0n ? series.estateLong : series.estateShort));
}

function chargeWinners(lock: OptionLock, index: number, series: OptionSeries, charge: Price): void {
  const longs = jumpOfSeries(series) > 0n;
  for (const leg of legsIn(lock, index, longs)) leg.cost += abs(leg.fine) * charge;
  if (longs) series.chargeLong = price(series.chargeLong + charge);
  else series.chargeShort = price(series.chargeShort + charge);
}

function legsIn(lock: OptionLock, index: number, longs: boolean): OptionLeg[] {
  return [...lock.accounts.values()]
    .map(({ legs }) => legs.get(index))
    .filter((leg) => leg !== undefined)
    .filter(({ fine }) => fine !== 0n && fine > 0n === longs);
}

/** Both sides of the estate cancel out; then the levels of the other side, most profitable first. */
function closeEstate(lock: OptionLock, index: number, series: OptionSeries): void {
  const netted = min(series.estateLong, series.estateShort);
  series.estateLong = size(series.estateLong - netted);
  series.estateShort = size(series.estateShort - netted);
  series.openInterest = size(series.openInterest - netted);
  if (series.expired) return; // its estate is worth its price for ever
  const longs = series.estateLong !== 0n;
  let rest: bigint = longs ? series.estateLong : series.estateShort;
  while (rest > 0n) {
    const others = legsIn(lock, index, !longs);
    const head = others.map(({ node }) => node).sort((a, b) => (rankOf(a) < rankOf(b) ? -1 : 1))[0];
    if (head === undefined) throw new RangeError("the estate is larger than the other side: open interest is wrong");
    const members = others.filter(({ node }) => node === head);
    const fine = members.reduce((sum, leg) => sum + abs(leg.fine), 0n);
    const closed = min(rest, fine >> FINE);
    for (const leg of members) {
      const kept = (leg.fine * (((fine >> FINE) - closed) << FINE)) / fine;
      leg.cost -= (leg.fine - kept) * series.mark; // bought back, or sold, at the frozen mark
      leg.fine = kept;
    }
    rest -= closed;
    series.openInterest = size(series.openInterest - closed);
  }
  if (longs) series.estateLong = size(0n);
  else series.estateShort = size(0n);
}

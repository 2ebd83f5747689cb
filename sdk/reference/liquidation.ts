// SPDX-License-Identifier: MIT
import { abs, ceilDiv, max, min, notionalUp, priceShareDown, sameSide, shareDown, shareUp } from "../arithmetic.js";
import { ownerOf, type AccountId } from "../order.js";
import { PRICE_UNIT, money, price, size, type Money, type Size } from "../units.js";
import { flawOf, healthAfter, healthBefore, inOtherGroup, putDown, take, traded, type Hand } from "./hand.js";
import { jumpOf } from "./jump.js";
import { gapped, sync, syncOpen } from "./lock.js";
import { discountLimit, discountOf, healthOf, sizeToRestore, staysSound, withCash, type Health } from "./margin.js";
import { fill, longer, makerFlaw, type MakerFill, type Taking } from "./match.js";
import { follow, near, type Observation } from "./Observed.js";
import { Rejected } from "./Rejected.js";
import { liveQuotes, type Quote } from "./quote.js";
import { heal, refreshAccount } from "./recovery.js";
import { accountIn, groupIn, marketIn, type Account, type Market, type State } from "./state.js";
import { credit, fund, inventoryOf, potOf, sweep } from "./vault.js";

/** What the contract rounded in a liquidation. */
export interface ObservedLiquidation {
  readonly discount: Observation;
  readonly closed: Observation;
}

interface Liquidation {
  readonly group: number;
  readonly index: number;
  readonly market: Market;
  readonly quotes: Quote[];
  readonly quote: Quote;
  readonly health: Health;
  readonly locked: boolean;
  hand: Hand;
  discount: bigint;
  size: Size;
}

export function marginCall(state: State, id: AccountId): void {
  const account = accountIn(state, id);
  const health = healthNow(state, account);
  if (account.calledAt !== 0n && state.now < account.calledAt + state.house.callLapse)
    throw new Rejected("AlreadyCalled");
  if (health.equity >= callLevel(state, health)) throw new Rejected("MarginSufficient");
  account.calledAt = state.now;
}

export function clearCall(state: State, id: AccountId): void {
  const account = accountIn(state, id);
  const health = healthNow(state, account);
  if (account.calledAt === 0n) throw new Rejected("NotCalled");
  if (health.equity < callLevel(state, health)) throw new Rejected("InsufficientMargin");
  account.calledAt = 0n;
}

/** After a deposit: clears the margin call if it is cured. */
export function clearIfCured(state: State, account: Account): void {
  if (account.calledAt === 0n) return;
  const health = healthOf(state, account, liveQuotes(groupIn(state, account.group)));
  if (health.equity >= callLevel(state, health)) account.calledAt = 0n;
}

/** Liquidates against maker orders; what is left of the discount is split between `keeper` and the vault. */
export function liquidateByOrders(
  state: State,
  id: AccountId,
  group: number,
  index: number,
  keeper: AccountId,
  fills: MakerFill[],
  observed?: ObservedLiquidation,
): void {
  const taken = begin(state, id, group, index);
  chooseDiscount(state, taken, discountOf(taken.health, taken.market.parameters), observed);
  if (observed !== undefined && near(taken.size, observed.closed)) taken.size = size(observed.closed.value);
  const t = takingOf(taken);
  const flaws = fills.map(({ order }) => makerFlaw(state, t, taken.market, order));
  fills.forEach((maker, i) => flaws[i] ?? fill(state, t, maker));
  if (t.notional === 0n) throw new Rejected("NothingFilled");

  state.fees = money(state.fees + heal(state, t.fees));
  taken.market.openInterest = t.interest;
  const cost = max(0n, t.buys ? t.premium : -t.premium);
  const reward = money(max(0n, costOf(taken, size(taken.size - t.left)) - cost));
  taken.hand = { ...t.hand, cashDelta: money(t.hand.cashDelta - reward) };
  requireSound(taken, taken.hand, taken.health);
  putDown(state, taken.hand);
  split(state, reward, accountIn(state, keeper));
}

/** `keeper` takes over at most `most` at the mark, for its share of the discount. */
export function liquidateToAccount(
  state: State,
  id: AccountId,
  group: number,
  index: number,
  keeper: AccountId,
  most: Size,
  observed?: ObservedLiquidation,
): void {
  const taken = begin(state, id, group, index);
  chooseDiscount(state, taken, discountOf(taken.health, taken.market.parameters), observed);
  const account = accountIn(state, keeper);
  if (inOtherGroup(account, group)) throw new Rejected("AccountInOtherGroup");
  const taker = take(state, account, group, index, taken.quotes);
  const closed = follow("size closed", min(most, taken.size), observed?.closed);
  handOver(state, taken, taker, closed, account);
}

/** The vault takes over, some seconds after a margin call. */
export function liquidateToVault(
  state: State,
  id: AccountId,
  group: number,
  index: number,
  keeper: AccountId,
  observed?: ObservedLiquidation,
): void {
  const taken = begin(state, id, group, index);
  const { calledAt } = taken.hand.account;
  if (calledAt === 0n) throw new Rejected("NotCalled");
  if (state.now < calledAt + state.house.vaultDelay) throw new Rejected("VaultMustWait");
  const own = discountOf(taken.health, taken.market.parameters);
  const discount = max(own, state.house.vaultDiscount);
  if (own < discount && discount > discountLimit(taken.health, taken.market.parameters))
    throw new Rejected("VaultUnable");
  chooseDiscount(state, taken, discount, observed);
  const vault = take(state, inventoryOf(state, group), group, index, taken.quotes);
  const closed = follow("size closed", taken.size, observed?.closed);
  handOver(state, taken, vault, closed, accountIn(state, keeper));
  taken.market.offeredAt = state.now;
  sweep(state, group);
}

/** Sells up to `most` of the vault's inventory at a discount that grows with the time on offer. */
export function buyInventory(state: State, group: number, index: number, buyer: AccountId, most: Size): void {
  const quotes = syncOpen(state, group);
  const market = marketIn(groupIn(state, group), index);
  const quote = quotes[index]!;
  if (!quote.fresh) throw new Rejected("PriceNotFresh");
  const account = accountIn(state, buyer);
  const vault = take(state, inventoryOf(state, group), group, index, quotes);
  if (inOtherGroup(account, group)) throw new Rejected("AccountInOtherGroup");
  const to = take(state, account, group, index, quotes);
  const bought = min(most, abs(vault.leg.size));
  if (bought === 0n) throw new Rejected("NoInventory");
  const longs = vault.leg.size > 0n;
  const rate = min((state.house.offerRate * (state.now - market.offeredAt)) / 3600n, market.parameters.discountCap);
  const part = priceShareDown(quote.mark, rate);
  const at = price(longs ? quote.mark - part : quote.mark + part);
  const sold = traded(market, vault, size(longs ? -bought : bought), at, money(0n));
  const gained = traded(market, to, size(longs ? bought : -bought), at, money(0n));
  market.openInterest = size(market.openInterest + longer(vault, sold) + longer(to, gained));
  for (const hand of [sold, gained]) checkAndPutDown(state, market, hand);
  sweep(state, group);
}

function begin(state: State, id: AccountId, group: number, index: number): Liquidation {
  const market = marketIn(groupIn(state, group), index);
  const quotes = liveQuotes(groupIn(state, group));
  if (gapped(state, group, quotes)) throw new Rejected("GapOpen");
  const quote = quotes[index]!;
  if (!quote.fresh) throw new Rejected("PriceNotFresh");
  const account = accountIn(state, id);
  if (account.group !== group) throw new Rejected("NoPosition");
  let hand = take(state, account, group, index, quotes);
  if (hand.leg.size === 0n) throw new Rejected("NoPosition");
  if (account === inventoryOf(state, group)) hand = funded(state, market, hand);
  const health = healthBefore(hand, market.parameters);
  if (health.fresh && health.equity < 0n) throw new Rejected("AccountInsolvent");
  if (!liquidatable(state, account, health)) throw new Rejected("NotLiquidatable");
  const locked = checkLock(state, group, market, hand);
  return { group, index, market, quotes, quote, health, locked, hand, discount: 0n, size: size(0n) };
}

function liquidatable(state: State, account: Account, health: Health): boolean {
  if (health.equity < health.maintenance) return true;
  const { callGrace, callLapse } = state.house;
  const due = account.calledAt !== 0n && state.now >= account.calledAt + callGrace;
  return due && state.now < account.calledAt + callLapse && health.equity < callLevel(state, health);
}

function callLevel(state: State, health: Health): Money {
  return shareUp(health.maintenance, state.house.callLevel);
}

/** In a lock only legs on the side that lost in the jump; returns whether there is a lock. */
function checkLock(state: State, id: number, market: Market, hand: Hand): boolean {
  const group = groupIn(state, id);
  if (group.phase === "NORMAL") return false;
  if (group.phase === "SETTLING" || state.now >= group.until) throw new Rejected("GroupLocked");
  if (hand.account.id >> 32n === BigInt(state.vault)) throw new Rejected("GroupsLocked");
  const jump = jumpOf(market);
  if (hand.before.size > 0n ? jump > 0n : jump < 0n) throw new Rejected("WinningSideLocked");
  return true;
}

/**
 * Fixes the discount, and with it the least size that restores initial margin, at least the minimum notional; all when less than
 * that would be left.
 */
function chooseDiscount(state: State, taken: Liquidation, own: bigint, observed?: ObservedLiquidation): void {
  const { market, quote, hand } = taken;
  const { initialMargin, minNotional } = market.parameters;
  taken.discount = follow("discount", own, observed?.discount);
  const whole = abs(hand.before.size);
  const least = size(ceilDiv(minNotional * PRICE_UNIT, quote.mark));
  taken.size = max(least, sizeToRestore(taken.health, whole, quote, initialMargin, taken.discount));
  const rest = size(whole - taken.size);
  if (rest < 0n || notionalUp(rest, quote.mark) < minNotional) taken.size = whole;
}

function takingOf(taken: Liquidation): Taking {
  const { group, index, quotes, quote, discount, hand, market } = taken;
  const buys = hand.before.size < 0n;
  const part = priceShareDown(quote.mark, discount);
  return {
    ...{ group, index, quotes, buys, limit: price(buys ? quote.mark + part : quote.mark - part), takerFee: 0n },
    ...{ priceBand: max(discount, market.parameters.priceBand), checked: false, losersOnly: taken.locked },
    ...{ hand, left: taken.size, interest: market.openInterest },
    ...{ fees: money(0n), notional: money(0n), premium: money(0n) },
  };
}

/** `taker` takes over at the mark; the discount is paid in cash and split. */
function handOver(state: State, taken: Liquidation, taker: Hand, closed: Size, keeper: Account): void {
  const { market, quote, group } = taken;
  if (ownerOf(taker.account.id) === ownerOf(taken.hand.account.id)) throw new Rejected("SameOwner");
  if (closed === 0n) throw new Rejected("NothingFilled");
  const toVault = taker.account === inventoryOf(state, group);
  const cost = costOf(taken, closed);
  const keeperPart = shareDown(cost, state.house.keeperShare);
  const delta = size(taken.hand.before.size > 0n ? closed : -closed);
  if (taken.locked && toVault) throw new Rejected("GroupsLocked");
  if (taken.locked && sameSide(taker.before.size, -delta)) throw new Rejected("WinningSideLocked");

  const from = pay(taken.hand, money(-cost));
  const to = pay(taker, money(toVault ? cost - keeperPart : keeperPart));
  const given = traded(market, from, size(-delta), quote.mark, money(0n));
  let gained = traded(market, to, delta, quote.mark, money(0n));
  market.openInterest = size(market.openInterest + longer(from, given) + longer(to, gained));
  if (toVault) gained = funded(state, market, gained);
  checkAndPutDown(state, market, gained);
  requireSound(taken, given, taken.health);
  putDown(state, given);
  if (toVault) credit(state, keeper, keeperPart);
  else credit(state, potOf(state), cost - keeperPart);
}

/** The vault's inventory with the margin that it needs, from the pot. */
function funded(state: State, market: Market, hand: Hand): Hand {
  const health = healthAfter(hand, market.parameters);
  const moved = fund(state, hand.group, money(health.initial - health.equity));
  return { ...hand, rest: withCash(hand.rest, moved) };
}

function pay(hand: Hand, amount: Money): Hand {
  return { ...hand, cashDelta: money(hand.cashDelta + amount) };
}

function split(state: State, reward: Money, keeper: Account): void {
  const part = shareDown(reward, state.house.keeperShare);
  credit(state, keeper, part);
  credit(state, potOf(state), reward - part);
}

function costOf(taken: Liquidation, closed: Size): Money {
  return shareDown(notionalUp(closed, taken.quote.mark), taken.discount);
}

function checkAndPutDown(state: State, market: Market, hand: Hand): void {
  const flaw = flawOf(hand, market.parameters, market.openInterest);
  if (flaw !== undefined) throw new Rejected(flaw);
  putDown(state, hand);
}

function requireSound(taken: Liquidation, hand: Hand, earlier: Health): void {
  if (!staysSound(earlier, healthAfter(hand, taken.market.parameters))) throw new Rejected("UnsoundAtAnchor");
}

function healthNow(state: State, account: Account): Health {
  refreshAccount(state, account);
  const quotes = liveQuotes(groupIn(state, account.group));
  if (quotes.length === 0) throw new Rejected("GroupUnknown");
  sync(state, account.group, quotes);
  return healthOf(state, account, quotes);
}

// SPDX-License-Identifier: MIT
import { abs, ceilDiv, max, min, notionalUp, positive, priceShareDown, sameSide, shareDown } from "../arithmetic.js";
import { ownerOf, type AccountId } from "../order.js";
import { PPM, PRICE_UNIT, money, price, size, type Money, type Size } from "../units.js";
import { callLevel, isDue, stands } from "./call.js";
import { flawOf, healthAfter, healthBefore, inOtherGroup, putDown, take, traded, type Hand } from "./hand.js";
import { jumpOf } from "./jump.js";
import { isBarred } from "./gate.js";
import { gapped, syncOpen } from "./lock.js";
import {
  discountLimit,
  discountOf,
  keepingMinimum,
  sizeToRestore,
  staysSound,
  withCash,
  type Health,
} from "./margin.js";
import { fill, longer, makerFlaw, reducible, type MakerFill, type Taking } from "./match.js";
import { mayTakeOver, register } from "./net.js";
import { follow, near, type Observation } from "./Observed.js";
import { Rejected } from "./Rejected.js";
import { liveQuotes, type Quote } from "./quote.js";
import { heal } from "./recovery.js";
import { accountIn, groupIn, marketIn, type Account, type Market, type State } from "./state.js";
import { credit, fund, inventoryOf, offer, offerDiscount, potOf, sweep } from "./vault.js";

/** What the contract rounded in a liquidation. */
export interface ObservedLiquidation {
  readonly discount: Observation;
  readonly closed: Observation;
}

export interface Liquidation {
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
  chooseDiscount(state, taken, undefined, observed);
  if (observed !== undefined && near(taken.size, observed.closed)) taken.size = size(observed.closed.value);
  const byOwner = ownerOf(id).toLowerCase() === ownerOf(keeper).toLowerCase();
  const t = takingOf(taken, byOwner ? 0n : (taken.discount * state.venue.keeperShare) / PPM);
  const flaws = fills.map(({ order }) => makerFlaw(state, t, taken.market, order));
  const { minNotional } = taken.market.parameters;
  const trim = (filled: Size) => keepingMinimum(abs(t.hand.leg.size), filled, taken.quote, minNotional);
  fills.forEach((maker, i) => flaws[i] ?? fill(state, t, maker, trim));
  if (t.notional === 0n) throw new Rejected("NothingFilled");

  state.fees = money(state.fees + heal(state, t.fees));
  taken.market.openInterest = t.interest;
  // What the makers take comes out of the keeper's part.
  const due = split(state, taken, size(taken.size - t.left), 0n);
  const rest = positive(money(due.keeperPart - max(0n, t.buys ? t.premium : -t.premium)));
  const left = isOwn(state, id, keeper) ? money(0n) : rest;
  const vaultPart = money(due.vaultPart + rest - left);
  taken.hand = { ...t.hand, cashDelta: money(t.hand.cashDelta - left - vaultPart) };
  requireSound(taken, taken.hand, taken.health);
  registerIfLocked(state, taken);
  putDown(state, taken.hand);
  if (left !== 0n) credit(state, accountIn(state, keeper), left);
  credit(state, potOf(state), vaultPart);
}

/** `keeper` takes over at most `most` at the mark, for its share of the discount. */
export function liquidateToAccount(
  state: State,
  id: AccountId,
  group: number,
  index: number,
  keeper: AccountId,
  max: Size,
  observed?: ObservedLiquidation,
): void {
  const taken = begin(state, id, group, index);
  if (isOwn(state, id, keeper)) throw new Rejected("SameOwner");
  chooseDiscount(state, taken, undefined, observed);
  const account = accountIn(state, keeper);
  if (inOtherGroup(account, group)) throw new Rejected("AccountInOtherGroup");
  const taker = take(state, account, group, index, taken.quotes);
  if (taken.locked && !mayTakeOver(state, group, account, index)) throw new Rejected("WinningSideLocked");
  const { minNotional } = taken.market.parameters;
  const whole = abs(taken.hand.before.size);
  const wanted = min(max, taken.size);
  const kept = wanted === 0n ? wanted : keepingMinimum(whole, wanted, taken.quote, minNotional);
  if (wanted !== 0n && kept === 0n) throw new Rejected("PositionTooSmall");
  const closed = follow("size closed", kept, observed?.closed);
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
  const { account } = taken.hand;
  if (!stands(state, account)) throw new Rejected("NotCalled");
  const from = max(account.calledAt, groupIn(state, group).lastUnlock);
  if (state.now < from + state.venue.vaultDelay) throw new Rejected("VaultMustWait");
  const own = discountOf(taken.health, taken.market.parameters);
  const discount = max(own, state.venue.vaultDiscount);
  if (own < discount && discount > discountLimit(taken.health, taken.market.parameters))
    throw new Rejected("VaultUnable");
  chooseDiscount(state, taken, discount, observed);
  const vault = take(state, inventoryOf(state, group), group, index, taken.quotes);
  const closed = follow("size closed", taken.size, observed?.closed);
  handOver(state, taken, vault, closed, accountIn(state, keeper));
  const delta = taken.hand.before.size > 0n ? closed : -closed;
  offer(state, group, taken.market, vault.before.size, size(vault.before.size + delta));
  sweep(state, group);
}

/** Sells up to `most` of the vault's inventory at a discount that grows with the time on offer. */
export function buyInventory(state: State, group: number, index: number, buyer: AccountId, max: Size): void {
  const quotes = syncOpen(state, group);
  const market = marketIn(groupIn(state, group), index);
  const quote = quotes[index]!;
  if (!quote.fresh) throw new Rejected("PriceNotFresh");
  const account = accountIn(state, buyer);
  const vault = take(state, inventoryOf(state, group), group, index, quotes);
  if (inOtherGroup(account, group)) throw new Rejected("AccountInOtherGroup");
  const to = take(state, account, group, index, quotes);
  const bought = min(max, abs(vault.leg.size));
  if (bought === 0n) throw new Rejected("NoInventory");
  const longs = vault.leg.size > 0n;
  const part = priceShareDown(quote.mark, offerDiscount(state, group, market));
  const at = price(longs ? quote.mark - part : quote.mark + part);
  const sold = traded(market, vault, size(longs ? -bought : bought), at, money(0n));
  const gained = traded(market, to, size(longs ? bought : -bought), at, money(0n));
  if (reducible(to, longs, bought) !== bought && isBarred(state, buyer)) throw new Rejected("AccessDenied");
  market.openInterest = size(market.openInterest + longer(vault, sold) + longer(to, gained));
  for (const hand of [sold, gained]) checkAndPutDown(state, market, hand);
  sweep(state, group);
}

/** Are liquidations of the market open? With its live quotes. */
export function openFor(state: State, group: number, index: number): { quotes: Quote[]; locked: boolean } {
  const quotes = liveQuotes(groupIn(state, group));
  if (gapped(state, group, quotes)) throw new Rejected("GapOpen");
  if (!quotes[index]!.fresh) throw new Rejected("PriceNotFresh");
  return { quotes, locked: isLocked(state, group) };
}

export function begin(state: State, id: AccountId, group: number, index: number): Liquidation {
  const market = marketIn(groupIn(state, group), index);
  const { quotes, locked } = openFor(state, group, index);
  const quote = quotes[index]!;
  const account = accountIn(state, id);
  if (account.group !== group) throw new Rejected("NoPosition");
  let hand = take(state, account, group, index, quotes);
  if (hand.leg.size === 0n) throw new Rejected("NoPosition");
  if (account === inventoryOf(state, group)) hand = funded(state, market, hand);
  const health = healthBefore(hand, market.parameters);
  if (health.fresh && health.equity < 0n) throw new Rejected("AccountInsolvent");
  if (!liquidatable(state, account, health)) throw new Rejected("NotLiquidatable");
  if (locked) requireLosingSide(state, market, hand);
  return { group, index, market, quotes, quote, health, locked, hand, discount: 0n, size: size(0n) };
}

function liquidatable(state: State, account: Account, health: Health): boolean {
  if (health.equity < health.maintenance) return true;
  return isDue(state, account) && health.equity < callLevel(state, health);
}

/** Is there a lock that still runs? */
function isLocked(state: State, id: number): boolean {
  const group = groupIn(state, id);
  if (group.phase === "NORMAL") return false;
  if (group.phase === "SETTLING" || state.now >= group.until) throw new Rejected("GroupLocked");
  return true;
}

/** In a lock only legs on the side that lost in the jump. */
function requireLosingSide(state: State, market: Market, hand: Hand): void {
  if (hand.account.id >> 32n === BigInt(state.vault)) throw new Rejected("GroupsLocked");
  const jump = jumpOf(market);
  if (hand.before.size > 0n ? jump > 0n : jump < 0n) throw new Rejected("WinningSideLocked");
}

/**
 * Fixes the discount, and with it the least size that restores initial margin, at least the minimum notional; all when
 * less than that would be left.
 */
export function chooseDiscount(
  state: State,
  taken: Liquidation,
  own = discountOf(taken.health, taken.market.parameters),
  observed?: ObservedLiquidation,
): void {
  const { market, quote, hand } = taken;
  const { initialMargin, minNotional } = market.parameters;
  taken.discount = follow("discount", own, observed?.discount);
  const whole = abs(hand.before.size);
  const min = size(ceilDiv(minNotional * PRICE_UNIT, quote.mark));
  taken.size = max(min, sizeToRestore(taken.health, whole, quote, initialMargin, taken.discount));
  const rest = size(whole - taken.size);
  if (rest < 0n || notionalUp(rest, quote.mark) < minNotional) taken.size = whole;
}

/** `rate`: by how much the makers' limits may be worse than the mark, ppm. */
function takingOf(taken: Liquidation, rate: bigint): Taking {
  const { group, index, quotes, quote, hand, market } = taken;
  const buys = hand.before.size < 0n;
  const part = priceShareDown(quote.mark, rate);
  return {
    group,
    index,
    quotes,
    buys,
    limit: price(buys ? quote.mark + part : quote.mark - part),
    takerFee: 0n,
    priceBand: max(rate, market.parameters.priceBand),
    checked: false,
    losersOnly: taken.locked,
    gated: false,
    hand,
    left: taken.size,
    interest: market.openInterest,
    interestBefore: market.openInterest,
    fees: money(0n),
    notional: money(0n),
    premium: money(0n),
  };
}

/** `taker` takes over at the mark; the discount is paid in cash and split. */
function handOver(state: State, taken: Liquidation, taker: Hand, closed: Size, keeper: Account): void {
  const { market, quote, group } = taken;
  if (ownerOf(taker.account.id) === ownerOf(taken.hand.account.id)) throw new Rejected("SameOwner");
  if (closed === 0n) throw new Rejected("NothingFilled");
  const toVault = taker.account === inventoryOf(state, group);
  const due = split(state, taken, closed, toVault ? state.venue.vaultDiscount : 0n);
  const cost = due.keeperPart + due.vaultPart;
  const keeperPart = isOwn(state, taken.hand.account.id, keeper.id) ? money(0n) : due.keeperPart;
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
  registerIfLocked(state, taken);
  putDown(state, given);
  if (!toVault) credit(state, potOf(state), cost - keeperPart);
  else if (keeperPart !== 0n) credit(state, keeper, keeperPart);
}

/** Before a leg leaves an account in a lock: a loss counts for who held it in the jump. */
export function registerIfLocked(state: State, { locked, group, hand }: Liquidation): void {
  if (locked) register(state, group, hand.account);
}

/** The vault's inventory with the margin that it needs, from the pot. */
function funded(state: State, market: Market, hand: Hand): Hand {
  const health = healthAfter(hand, market.parameters);
  const moved = fund(state, hand.group, money(health.initial - health.equity), money(-health.equity));
  return { ...hand, rest: withCash(hand.rest, moved) };
}

export function pay(hand: Hand, amount: Money): Hand {
  return { ...hand, cashDelta: money(hand.cashDelta + amount) };
}

/**
 * Who gets what closing costs the account, `discount * notional`: the keeper his share, unless that leaves the vault
 * less than `vaultRate` ppm of the notional; the vault the rest.
 */
export function split(state: State, taken: Liquidation, closed: Size, vaultRate: bigint) {
  const notional = notionalUp(closed, taken.quote.mark);
  const cost = shareDown(notional, taken.discount);
  const keeperPart = min(shareDown(cost, state.venue.keeperShare), money(cost - shareDown(notional, vaultRate)));
  return { keeperPart, vaultPart: money(cost - keeperPart) };
}

/** Does the ledger know both accounts' owners to be one, or has either ever listed the other as a signer? */
export function isOwn(state: State, id: AccountId, other: AccountId): boolean {
  const [owner, keeper] = [ownerOf(id).toLowerCase(), ownerOf(other).toLowerCase()];
  return owner === keeper || state.listed.has(`${owner}/${keeper}`) || state.listed.has(`${keeper}/${owner}`);
}

function checkAndPutDown(state: State, market: Market, hand: Hand): void {
  const flaw = flawOf(hand, market.parameters, size(0n));
  if (flaw !== undefined) throw new Rejected(flaw);
  putDown(state, hand);
}

export function requireSound(taken: Liquidation, hand: Hand, earlier: Health): void {
  if (!staysSound(earlier, healthAfter(hand, taken.market.parameters))) throw new Rejected("UnsoundAtAnchor");
}

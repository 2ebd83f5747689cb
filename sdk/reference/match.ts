// SPDX-License-Identifier: MIT
import { abs, min, notionalUp, positive, priceShareDown, shareUp, valueDown } from "../arithmetic.js";
import { USE, ownerOf, type Order } from "../order.js";
import { highestSequence } from "../salt.js";
import { money, price, size, type Money, type Price, type Size } from "../units.js";
import { bookFunding } from "./funding.js";
import { flawOf, inOtherGroup, putDown, take, traded, type Hand } from "./hand.js";
import { isBarred } from "./gate.js";
import { Rejected } from "./Rejected.js";
import { syncOpen } from "./lock.js";
import { mayTakeOver } from "./net.js";
import type { Quote } from "./quote.js";
import { heal } from "./recovery.js";
import { accountIn, groupIn, marketIn, type Market, type State } from "./state.js";

/** A maker order of the match's market, and how much of it at most; zero: all that is left. */
export interface MakerFill {
  readonly order: Order;
  readonly size: Size;
}

/** The taker's side while makers are filled one after the other. */
export interface Taking {
  readonly group: number;
  readonly index: number;
  readonly quotes: Quote[];
  readonly buys: boolean;
  readonly limit: Price;
  readonly takerFee: bigint;
  readonly priceBand: bigint;
  /** The taker is checked with every fill. */
  readonly checked: boolean;
  /** In a lock nobody leaves the winning side. */
  readonly losersOnly: boolean;
  /** The access gate has a say: not in a liquidation. */
  readonly gated: boolean;
  hand: Hand;
  left: Size;
  interest: Size;
  /** Open interest before the first fill. */
  readonly interestBefore: Size;
  fees: Money;
  notional: Money;
  premium: Money;
}

/** One taker order against makers at their limits. Strict: the first that fails is an error; else it is passed over. */
export function settleMatch(state: State, taker: Order, makers: MakerFill[], strict: boolean): void {
  const group = Number(taker.market >> 2n);
  const quotes = syncOpen(state, group);
  const flaw = runMatch(state, quotes, taker, makers, strict);
  if (flaw !== undefined && strict) throw new Rejected(flaw);
}

function runMatch(
  state: State,
  quotes: Quote[],
  taker: Order,
  makers: MakerFill[],
  strict: boolean,
): string | undefined {
  const market = marketIn(groupIn(state, Number(taker.market >> 2n)), Number(taker.market & 3n));
  const { mark, fresh } = quotes[Number(taker.market & 3n)]!;
  if (!fresh) return "PriceNotFresh";
  if (taker.use === USE.MAKER) return "NotATakerOrder";
  const bad = orderFlaw(state, taker, market.parameters.takerFee, mark);
  if (bad !== undefined) return bad;
  const t = begin(state, quotes, taker, !strict);
  if (typeof t === "string") return t;
  const wanted = t.left;
  const flaws = makers.map(({ order }) => makerFlaw(state, t, market, order));
  for (const [i, maker] of makers.entries()) {
    const flaw = flaws[i] ?? fill(state, t, maker);
    if (flaw !== undefined && strict) return flaw;
  }
  if (t.left === wanted) return "NothingFilled";
  bookFill(state, taker, size(wanted - t.left));
  const flaw = t.checked ? undefined : flawOf(t.hand, market.parameters, raised(t.interest, t.interestBefore));
  if (flaw !== undefined) return flaw;
  putDown(state, t.hand);
  const earlier = market.openInterest;
  market.openInterest = t.interest;
  const { premium, notional } = t;
  bookFunding(state, market, { mark: quotes[t.index]!.mark, premium, notional, earlier });
  state.fees = money(state.fees + heal(state, t.fees));
  return undefined;
}

function begin(state: State, quotes: Quote[], order: Order, checked: boolean): Taking | string {
  const [group, index] = [Number(order.market >> 2n), Number(order.market & 3n)];
  const market = marketIn(groupIn(state, group), index);
  const account = accountIn(state, order.account);
  if (inOtherGroup(account, group)) return "AccountInOtherGroup";
  const hand = take(state, account, group, index, quotes);
  const buys = order.size > 0n;
  const open = remainingOf(state, order);
  const left = order.reduceOnly ? reducible(hand, buys, open) : open;
  if (left === 0n) return "NothingToReduce";
  return {
    group,
    index,
    quotes,
    buys,
    limit: order.limit,
    checked,
    losersOnly: false,
    gated: true,
    hand,
    left,
    takerFee: market.parameters.takerFee,
    priceBand: market.parameters.priceBand,
    interest: market.openInterest,
    interestBefore: market.openInterest,
    fees: money(0n),
    notional: money(0n),
    premium: money(0n),
  };
}

/** Why an order cannot be filled at all; its signature is taken as valid. */
function orderFlaw(state: State, order: Order, fee: bigint, mark: Price): string | undefined {
  if (state.now > order.expiry) return "OrderExpired";
  if (fee > order.maxFee) return "FeeAboveCap";
  if (order.salt >> 16n > highestSequence(state.now)) return "SequenceTooHigh";
  const below = order.triggerAbove && mark < order.trigger;
  const above = !order.triggerAbove && mark > order.trigger;
  if (order.trigger !== 0n && (below || above)) return "TriggerNotReached";
  return remainingOf(state, order) === 0n ? "OrderCancelledOrFilled" : undefined;
}

/** Why a maker order cannot meet this taker. */
export function makerFlaw(state: State, t: Taking, market: Market, order: Order): string | undefined {
  const { mark } = t.quotes[t.index]!;
  const bad = orderFlaw(state, order, market.parameters.makerFee, mark);
  if (bad !== undefined) return bad;
  if (order.use === USE.TAKER) return "NotAMakerOrder";
  if (order.size > 0n === t.buys) return "SameDirection";
  if (ownerOf(order.account) === ownerOf(t.hand.account.id)) return "SameOwner";
  if (t.buys ? order.limit > t.limit : order.limit < t.limit) return "LimitNotMet";
  if (abs(price(order.limit - mark)) > priceShareDown(mark, t.priceBand)) return "OutsidePriceBand";
  return undefined;
}

/** Fills one maker order as far as both sides allow, and as `trim` cuts it; says why it cannot. */
export function fill(
  state: State,
  t: Taking,
  { order, size: max }: MakerFill,
  trim = (filled: Size) => filled,
): string | undefined {
  if (t.left === 0n) return "NothingFilled";
  const account = accountIn(state, order.account);
  if (inOtherGroup(account, t.group)) return "AccountInOtherGroup";
  const market = marketIn(groupIn(state, t.group), t.index);
  const hand = take(state, account, t.group, t.index, t.quotes);
  if (t.losersOnly && (t.buys ? hand.before.size > 0n : hand.before.size < 0n)) return "WinningSideLocked";
  if (t.losersOnly && !mayTakeOver(state, t.group, account, t.index)) return "WinningSideLocked";
  const open = remainingOf(state, order);
  if (open === 0n) return "OrderCancelledOrFilled";
  const most = max === 0n ? min(open, t.left) : min(min(open, t.left), max);
  const wanted = order.reduceOnly ? reducible(hand, !t.buys, most) : most;
  if (wanted === 0n) return "NothingToReduce";
  const filled = trim(wanted);
  if (filled === 0n) return "PositionTooSmall";
  if (t.gated && reducible(hand, !t.buys, filled) !== filled && isBarred(state, account.id)) return "AccessDenied";
  if (t.gated && reducible(t.hand, t.buys, filled) !== filled && isBarred(state, t.hand.account.id))
    return "AccessDenied";

  const { parameters } = market;
  const notional = notionalUp(filled, order.limit);
  const makerFee = shareUp(notional, parameters.makerFee);
  const takerFee = shareUp(notional, t.takerFee);
  const maker = traded(market, hand, size(t.buys ? -filled : filled), order.limit, makerFee);
  const taker = traded(market, t.hand, size(t.buys ? filled : -filled), order.limit, takerFee);
  const interest = size(t.interest + longer(hand, maker) + longer(t.hand, taker));
  if (notional < parameters.minNotional && maker.leg.size !== 0n && taker.leg.size !== 0n) return "FillTooSmall";
  const flaw =
    flawOf(maker, parameters, raised(interest, t.interest)) ??
    (t.checked ? flawOf(taker, parameters, raised(interest, t.interestBefore)) : undefined);
  if (flaw !== undefined) return flaw;

  putDown(state, maker);
  bookFill(state, order, filled);
  t.hand = taker;
  t.interest = interest;
  t.left = size(t.left - filled);
  t.fees = money(t.fees + makerFee + takerFee);
  t.notional = money(t.notional + notional);
  t.premium = money(t.premium + valueDown(filled, price(order.limit - t.quotes[t.index]!.mark)));
  return undefined;
}

/** Open interest, when it was raised; else zero: only what raises it meets the raised rate and the cap. */
function raised(interest: Size, before: Size): Size {
  return interest > before ? interest : size(0n);
}

/** By how much a long position grew. */
export function longer(before: Hand, after: Hand): Size {
  return size(positive(after.leg.size) - positive(before.leg.size));
}

/** How much of what it wants to trade only shrinks the position. */
export function reducible(hand: Hand, buys: boolean, wanted: Size): Size {
  if (hand.leg.size === 0n || hand.leg.size > 0n === buys) return size(0n);
  return min(wanted, abs(hand.leg.size));
}

function remainingOf(state: State, order: Order): Size {
  const lane = state.fills.get(laneOf(order));
  const sequence = order.salt >> 16n;
  if (lane === undefined || lane.sequence < sequence) return abs(order.size);
  return lane.sequence > sequence ? size(0n) : positive(size(abs(order.size) - lane.filled));
}

function bookFill(state: State, order: Order, filled: Size): void {
  const sequence = order.salt >> 16n;
  const lane = state.fills.get(laneOf(order));
  const earlier = lane !== undefined && lane.sequence === sequence ? lane.filled : 0n;
  state.fills.set(laneOf(order), { sequence, filled: size(earlier + filled) });
}

function laneOf(order: Order): string {
  return `${order.account}/${order.salt & 0xffffn}`;
}

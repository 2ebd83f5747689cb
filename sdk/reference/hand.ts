// SPDX-License-Identifier: MIT
import { abs, ceilDiv, notionalUp, proportionDown, sameSide, shareUp, valueDown } from "../arithmetic.js";
import { clearIfCured } from "./call.js";
import { payDebt } from "./collateral.js";
import { exactRank, levelUp } from "../level.js";
import { money, price, size, type Money, type Price, type Size } from "../units.js";
import { healthOf, increaseRate, ratioNotLower, staysSound, withCash, withLeg, type Health } from "./margin.js";
import type { MarketParameters } from "../parameters/market.js";
import { fineOf, link, nodeForNewcomer, presentNode, sideOf, unlink } from "./queue.js";
import { valueOf, type Quote } from "./quote.js";
import { refreshAccount } from "./recovery.js";
import {
  FINE,
  FINE_UNIT,
  groupIn,
  marketIn,
  unitsOf,
  type Account,
  type Market,
  type Position,
  type State,
} from "./state.js";

/** A position in whole units, taken up to be traded. */
export interface Leg {
  readonly size: Size;
  readonly value: Money;
  readonly rank: Price;
}

/** One side of a trade while it is being made. */
export interface Hand {
  readonly account: Account;
  readonly group: number;
  readonly index: number;
  readonly quote: Quote;
  readonly before: Leg;
  readonly leg: Leg;
  /** The account without the leg. */
  readonly rest: Health;
  readonly cashDelta: Money;
  readonly onlyReduces: boolean;
}

export const NO_LEG: Leg = { size: size(0n), value: money(0n), rank: price(0n) };

export function take(state: State, account: Account, group: number, index: number, quotes: Quote[]): Hand {
  refreshAccount(state, account);
  const quote = quotes[index]!;
  const position = account.group === group ? account.positions.get(index) : undefined;
  const before = position === undefined ? NO_LEG : legOf(position, quote);
  const rest = healthOf(state, account, quotes, index);
  return { account, group, index, quote, before, leg: before, rest, cashDelta: money(0n), onlyReduces: true };
}

export function legOf(position: Position, quote: Quote): Leg {
  return { size: unitsOf(position), value: valueOf(position, quote), rank: position.rank };
}

/** Has the account positions in another group? */
export function inOtherGroup(account: Account, group: number): boolean {
  return account.positions.size !== 0 && account.group !== group;
}

/** `hand` after it traded `delta` at `at`, paying `fee`. */
export function traded(market: Market, hand: Hand, delta: Size, at: Price, fee: Money): Hand {
  const { leg, quote } = hand;
  const gain = valueDown(delta, price(quote.mark - at));
  const shift = delta > 0n ? market.funding + market.chargeLong : market.funding - market.chargeShort;
  const entry = price(delta > 0n ? at - shift : shift - at);
  const [after, realised] = tradedLeg(leg, delta, gain, entry);
  return {
    ...hand,
    leg: after,
    cashDelta: money(hand.cashDelta + realised - fee),
    onlyReduces: hand.onlyReduces && !sameSide(leg.size, delta) && abs(delta) <= abs(leg.size),
  };
}

/** The leg after a trade whose prices beat the mark by `gain` in all, and what of its value goes to cash. */
function tradedLeg(leg: Leg, delta: Size, gain: Money, entry: Price): [Leg, Money] {
  const grown = size(leg.size + delta);
  if (leg.size === 0n) return [{ size: delta, value: gain, rank: entry }, leg.value];
  if (sameSide(leg.size, delta)) {
    const weighted = leg.rank * abs(leg.size) + entry * abs(delta);
    return [{ size: grown, value: money(leg.value + gain), rank: price(ceilDiv(weighted, abs(grown))) }, money(0n)];
  }
  if (abs(delta) <= abs(leg.size)) {
    const part = proportionDown(leg.value, abs(delta), abs(leg.size));
    return [{ size: grown, value: money(leg.value - part), rank: leg.rank }, money(part + gain)];
  }
  const kept = proportionDown(gain, abs(grown), abs(delta));
  return [{ size: grown, value: kept, rank: entry }, money(leg.value + gain - kept)];
}

export function healthBefore(hand: Hand, parameters: MarketParameters): Health {
  return withLeg(hand.rest, hand.before.size, hand.before.value, hand.quote, parameters);
}

export function healthAfter(hand: Hand, parameters: MarketParameters): Health {
  return withLeg(withCash(hand.rest, hand.cashDelta), hand.leg.size, hand.leg.value, hand.quote, parameters);
}

/**
 * INV-10: why the account may not stand as it is in memory; undefined when it may. `interest` is open interest after
 * the trade; zero when the trade did not raise it.
 */
export function flawOf(hand: Hand, parameters: MarketParameters, interest: Size): string | undefined {
  const later = healthAfter(hand, parameters);
  const notional = notionalUp(hand.leg.size, hand.quote.mark);
  if (hand.leg.size !== 0n && notional < parameters.minNotional) return "PositionTooSmall";
  if (!hand.onlyReduces && interest > parameters.hardCap) return "OpenInterestCapReached";
  if (!hand.onlyReduces && !later.fresh) return "AccountHasStaleLeg";
  const raised = hand.onlyReduces ? 0n : increaseRate(parameters, interest) - parameters.initialMargin;
  const earlier = healthBefore(hand, parameters);
  const eased = hand.onlyReduces && later.equity >= 0n && ratioNotLower(earlier, later);
  if (later.equity < later.initial + shareUp(notional, raised) && !eased) return "InsufficientMargin";
  return staysSound(earlier, later) ? undefined : "UnsoundAtAnchor";
}

/**
 * Writes the hand back: position, queue, cash. Refuses when the account would be flat and owe something. A margin call
 * that is cured by it is cleared.
 */
export function putDown(state: State, hand: Hand): void {
  const { account, leg, group, index } = hand;
  const { parameters } = marketIn(groupIn(state, group), index);
  if (account.positions.size === 0) account.group = group;
  place(state, hand);
  account.cash = money(account.cash + hand.cashDelta);
  account.group = group;
  clearIfCured(state, account, healthAfter(hand, parameters));
  refreshAccount(state, account);
  if (leg.size === 0n) account.positions.delete(index);
  // Nobody could ever absorb a debt without a position.
  if (account.positions.size === 0 && account.cash < 0n) payDebt(state, account);
}

/** Moves the position in the queue and gives it the leg's size and value. */
function place(state: State, hand: Hand): void {
  const { account, before, leg, group, index, quote } = hand;
  const market = marketIn(groupIn(state, group), index);
  const position = account.positions.get(index);
  if (leg.size === 0n) {
    if (position !== undefined && before.size !== 0n) resize(state, market, hand, position, size(0n));
    account.positions.delete(index);
    return;
  }
  const fine = leg.size << FINE;
  const cost = fine * quote.mark - leg.value * FINE_UNIT;
  if (position !== undefined && sameSide(leg.size, before.size) && abs(leg.size) <= abs(before.size)) {
    resize(state, market, hand, position, leg.size); // a pure reduction keeps its node
    position.cost = cost;
    return;
  }
  const { level, residue } = levelUp(leg.rank, quote.mark);
  const side = sideOf(market, leg.size > 0n);
  if (position !== undefined && sameSide(leg.size, before.size) && presentNode(side, level) === position.node) {
    resize(state, market, hand, position, leg.size);
    Object.assign(position, { cost, rank: exactRank(position.node, residue) });
    return;
  }
  if (position !== undefined && before.size !== 0n) resize(state, market, hand, position, size(0n));
  const node = nodeForNewcomer(side, level);
  account.positions.set(index, { fine, cost, rank: exactRank(node, residue), node });
  link(side, node);
}

/** Gives a position another size in its node. Units that only rounding held together go to the estate. */
function resize(state: State, market: Market, hand: Hand, position: Position, wanted: Size): void {
  const longs = position.fine > 0n;
  const { node } = position;
  const side = sideOf(market, longs);
  if (!side.queue.includes(node)) return; // torn up to zero: nothing of it is in the queue
  const earlier = fineOf(state, hand.group, hand.index, longs, node) >> FINE;
  const released = abs(unitsOf(position)) - abs(wanted);
  position.fine = wanted << FINE;
  const left = fineOf(state, hand.group, hand.index, longs, node);
  toEstate(market, longs, size(earlier - (left >> FINE) - released));
  if (left === 0n) unlink(side, node);
}

export function toEstate(market: Market, longs: boolean, units: Size): void {
  if (longs) market.estateLong = size(market.estateLong + units);
  else market.estateShort = size(market.estateShort + units);
}

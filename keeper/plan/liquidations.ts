// SPDX-License-Identifier: MIT
import {
  abs,
  max,
  min,
  notionalUp,
  priceShareDown,
  sameSide,
  shareDown,
  shareUp,
  valueDown,
} from "../../sdk/arithmetic.js";
import { NO_NODE } from "../../sdk/level.js";
import { NOBODY, ownerOf } from "../../sdk/order.js";
import { discountLimit, discountOf, sizeToRestore } from "../../sdk/reference/margin.js";
import { money, price, size, type Money, type Size } from "../../sdk/units.js";
import type { PlannedFill, Planned } from "./Action.js";
import { isWanted, planned } from "./gain.js";
import { sizeIn, sizeUp, soundAfter, taken } from "./margins.js";
import type { Means } from "./Means.js";
import type { AccountState, GroupState, LegState, MarketState, Offer, Snapshot, TraderState } from "./Snapshot.js";

/** A leg that may be liquidated. */
interface Target {
  readonly snapshot: Snapshot;
  readonly group: GroupState;
  readonly trader: TraderState;
  readonly market: MarketState;
  readonly leg: LegState;
}

/** Each liquidatable account once, by one leg: to signed orders, else to the keeper's own account, else to the vault. */
export function liquidations(snapshot: Snapshot, group: GroupState, means: Means): Planned[] {
  const due = group.traders.filter((trader) => isLiquidatable(snapshot, group, trader));
  due.sort((a, b) => dangerOf(a) - dangerOf(b));
  return due.flatMap((trader) => {
    for (const leg of legsByMargin(group, trader)) {
      const target = { snapshot, group, trader, leg, market: group.markets[leg.market]! };
      if (!isOpen(target)) continue;
      const choice = byOrders(target, means) ?? byAccount(target, means) ?? byVault(target, means);
      if (choice) return [choice];
    }
    return [];
  });
}

/** Equity / maintenance. */
export function dangerOf({ health }: TraderState): number {
  return health.maintenance === 0n ? -1 : Number((health.equity * 1_000_000n) / health.maintenance) / 1e6;
}

/** Below maintenance margin, or below the call level with a call due that has not lapsed. Who will be absorbed is left alone. */
function isLiquidatable({ time, house }: Snapshot, group: GroupState, trader: TraderState): boolean {
  const { health, calledAt, atFrozen } = trader;
  if (trader.id === group.inventory.id) return false; // the pot gives it margin first
  if (health.fresh && health.equity < 0n) return false;
  if (group.phase === "LOCKED" && atFrozen < 0n) return false;
  if (health.equity < health.maintenance) return true;
  const due = calledAt !== 0n && time >= calledAt + house.callGrace && time < calledAt + house.callLapse;
  return due && health.equity < shareUp(health.maintenance, house.callLevel);
}

/** The legs that need most margin first: closing them restores most. */
function legsByMargin(group: GroupState, trader: TraderState): LegState[] {
  const margin = ({ market, size: held }: LegState) => {
    const { quote, parameters } = group.markets[market]!;
    return shareUp(notionalUp(held, quote.mark), parameters.maintenanceMargin);
  };
  const legs = trader.legs.filter((leg) => leg.size !== 0n);
  return legs.sort((a, b) => (margin(a) > margin(b) ? -1 : 1));
}

/** In a lock the winning side is closed. */
function isOpen({ snapshot, group, market, leg }: Target): boolean {
  if (!market.open || !market.quote.fresh || snapshot.time < market.liquidationsFrom) return false;
  return group.phase === "NORMAL" || leg.size === 0n || !sameSide(leg.size, market.jump);
}

/** The least size that restores initial margin at a cost of `discount`, as the contract has it. */
function closable({ trader, market, leg }: Target, discount: bigint): Size {
  const { parameters, quote } = market;
  const whole = abs(leg.size);
  const restore = sizeToRestore(trader.health, leg.size, quote, parameters.initialMargin, discount);
  const closed = max(restore, sizeUp(parameters.minNotional, market));
  const rest = size(whole - closed);
  return rest < 0n || notionalUp(rest, quote.mark) < parameters.minNotional ? whole : closed;
}

function costOf(closed: Size, { quote }: MarketState, discount: bigint): Money {
  return shareDown(notionalUp(closed, quote.mark), discount);
}

/** May `closed` of the leg be taken at that cost, as to the recorded marks? */
function isSound({ trader, market, leg }: Target, closed: Size, cost: Money): boolean {
  return soundAfter(trader.health, size(leg.size > 0n ? -closed : closed), market, cost);
}

function wanted(target: Target, action: Planned["action"], reward: Money): Planned | undefined {
  const { snapshot, group, trader } = target;
  const choice = planned(snapshot, action, group.markets.length, reward, dangerOf(trader));
  return isWanted(snapshot, choice) ? choice : undefined;
}

function byOrders(target: Target, means: Means): Planned | undefined {
  const { snapshot, market, trader } = target;
  const discount = discountOf(trader.health, market.parameters);
  const fills = fillsOf(target, means, discount, closable(target, discount));
  if (fills.length === 0) return undefined;
  const closed = size(fills.reduce((sum, fill) => sum + fill.size, 0n));
  const whole = costOf(closed, market, discount);
  if (!isSound(target, closed, money(whole + BigInt(fills.length)))) return undefined;

  const sign = target.leg.size > 0n ? 1n : -1n;
  const given = (fill: PlannedFill) => price(sign * (market.quote.mark - fill.maker.order.limit));
  const paid = fills.reduce((sum, fill) => sum + valueDown(fill.size, given(fill)), 0n);
  const rest = money(max(0n, whole - max(0n, paid)));
  const action = { kind: "liquidate", account: trader.id, market: market.id, number: snapshot.payee, fills } as const;
  const choice = wanted(target, action, shareDown(rest, snapshot.house.keeperShare));
  if (!choice) return undefined;
  for (const fill of fills) {
    const offer = market.offers.find(({ signed }) => signed === fill.maker)!;
    means.fill(offer, fill.size);
  }
  return choice;
}

/** Offers on the other side within the discount, best limits first, that make `most`. */
function fillsOf(target: Target, means: Means, discount: bigint, most: Size): PlannedFill[] {
  const { market, leg } = target;
  const { quote, parameters } = market;
  const sells = leg.size > 0n;
  const fits = market.offers.filter((offer) => mayTake(target, offer, discount));
  const limit = ({ signed }: Offer) => signed.order.limit;
  fits.sort((a, b) => (limit(a) === limit(b) ? 0 : limit(a) > limit(b) === sells ? -1 : 1));
  const fills: PlannedFill[] = [];
  let left = most;
  for (const offer of fits) {
    if (left === 0n) break;
    const filled = min(means.leftOf(offer), left);
    if (filled === 0n) continue;
    const rest = size(abs(leg.size) - (most - left) - filled);
    const small = notionalUp(filled, offer.signed.order.limit) < parameters.minNotional;
    const after = size(offer.holds + (sells ? filled : -filled));
    if (small && rest !== 0n && after !== 0n) continue;
    if (after !== 0n && notionalUp(after, quote.mark) < parameters.minNotional) continue;
    fills.push({ maker: offer.signed, size: filled, hint: offer.hint });
    left = size(left - filled);
  }
  return fills;
}

/** As the contract checks a maker order against a liquidation. */
function mayTake({ snapshot, group, trader, market, leg }: Target, offer: Offer, discount: bigint): boolean {
  const { order } = offer.signed;
  const { quote, parameters } = market;
  const sells = leg.size > 0n;
  if (order.taker || order.market !== market.id || order.size > 0n !== sells) return false;
  if (snapshot.time > order.expiry || parameters.makerFee > order.maxFee) return false;
  if (order.matcher !== NOBODY && order.matcher.toLowerCase() !== snapshot.keeper.toLowerCase()) return false;
  if (ownerOf(order.account) === ownerOf(trader.id)) return false;
  // In a lock a maker must not leave the winning side by it.
  if (group.phase !== "NORMAL" && sameSide(offer.holds, -leg.size)) return false;
  if (market.reduceOnly && !sameSide(offer.holds, -leg.size)) return false;
  const worse = sells ? quote.mark - order.limit : order.limit - quote.mark;
  if (worse > priceShareDown(quote.mark, discount)) return false;
  const band = parameters.priceBand > discount ? parameters.priceBand : discount;
  return abs(price(quote.mark - order.limit)) <= priceShareDown(quote.mark, band);
}

function byAccount(target: Target, means: Means): Planned | undefined {
  const { snapshot, group, trader, market, leg } = target;
  const { own } = group;
  if (!own || ownerOf(own.id) === ownerOf(trader.id)) return undefined;
  const taker = means.now(own);
  const held = sizeIn(taker, leg.market);
  if (group.phase !== "NORMAL" && sameSide(held, -leg.size)) return undefined;

  const discount = discountOf(trader.health, market.parameters);
  const closed = closable(target, discount);
  const able = means.ownCapacity(own, market, leg.market, signOf(leg));
  const most = min(closed, able);
  // Part of it only when what is left of the leg may stand.
  const rest = size(abs(leg.size) - most);
  if (most < closed && notionalUp(most, market.quote.mark) < market.parameters.minNotional) return undefined;
  if (rest !== 0n && notionalUp(rest, market.quote.mark) < market.parameters.minNotional) return undefined;
  if (taken(taker, market, leg.market, signOf(leg), most) === 0n) return undefined;
  const cost = costOf(most, market, discount);
  if (!isSound(target, most, cost)) return undefined;

  const base = { account: trader.id, market: market.id, number: Number(own.id & 0xffffffffn) };
  const action = { kind: "liquidateToAccount", ...base, most, hint: hintOf(taker, leg.market) } as const;
  const reward = shareDown(cost, snapshot.house.keeperShare);
  const choice = wanted(target, action, reward);
  if (choice) means.ownTakes(own, market, leg.market, size(signOf(leg) * most), reward);
  return choice;
}

function byVault(target: Target, means: Means): Planned | undefined {
  const { snapshot, group, trader, market, leg } = target;
  const { house, time } = snapshot;
  if (group.phase !== "NORMAL" || trader.calledAt === 0n || time < trader.calledAt + house.vaultDelay) return undefined;
  if (ownerOf(group.inventory.id) === ownerOf(trader.id)) return undefined;
  const own = discountOf(trader.health, market.parameters);
  const discount = own < house.vaultDiscount ? house.vaultDiscount : own;
  if (own < discount) {
    const { equity, maintenance } = trader.health;
    if (equity <= 0n || maintenance === 0n || discount > discountLimit(trader.health, market.parameters))
      return undefined;
  }
  const closed = closable(target, discount);
  const cost = costOf(closed, market, discount);
  if (closed > means.vaultCapacity(group, market, leg.market, signOf(leg))) return undefined;
  const vault = means.now(group.inventory);
  if (taken(vault, market, leg.market, signOf(leg), closed) === 0n) return undefined;
  if (!isSound(target, closed, cost)) return undefined;

  const base = { account: trader.id, market: market.id, number: snapshot.payee };
  const action = { kind: "liquidateToVault", ...base, hint: hintOf(vault, leg.market) } as const;
  const reward = shareDown(cost, house.keeperShare);
  const choice = wanted(target, action, reward);
  if (choice) means.vaultTakes(group, market, leg.market, size(signOf(leg) * closed), money(cost - reward));
  return choice;
}

function signOf(leg: LegState): bigint {
  return leg.size > 0n ? 1n : -1n;
}

/** Where what it takes will be near: any value is valid. */
function hintOf(account: AccountState, market: number) {
  return account.legs.find((leg) => leg.market === market)?.node ?? NO_NODE;
}

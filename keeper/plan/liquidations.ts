// SPDX-License-Identifier: MIT
import { abs, max, min, notionalUp, positive, sameSide, shareDown, shareUp, valueDown } from "../../sdk/arithmetic.js";
import { NO_NODE } from "../../sdk/level.js";
import { keepingMinimum, sizeToRestore } from "../../sdk/margin/closing.js";
import { discountLimit, discountOf } from "../../sdk/margin/discount.js";
import { withCash } from "../../sdk/margin/health.js";
import { callStands, isLiquidatable } from "../../sdk/margin/standing.js";
import { ownerOf } from "../../sdk/order.js";
import { PPM, money, price, size, type Money, type Size } from "../../sdk/units.js";
import type { PlannedFill, Planned } from "./Action.js";
import { standsAfter } from "./carried.js";
import { isWanted, planned } from "./gain.js";
import { sizeIn, sizeUp, soundAfter } from "./margins.js";
import type { Means } from "./Means.js";
import { fillsFor } from "./offers.js";
import type { AccountState, GroupState, LegState, MarketState, Snapshot, TraderState } from "./Snapshot.js";

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
  const traders = group.traders.map((trader) =>
    trader.id === group.inventory.id ? funded(group, trader, means) : trader,
  );
  const due = traders.filter((trader) => mayBeLiquidated(snapshot, group, trader));
  due.sort((a, b) => dangerOf(a) - dangerOf(b));
  return due.flatMap((trader) => {
    if (!means.mayBe(trader.id, "liquidated")) return [];
    for (const leg of legsByMargin(group, trader)) {
      const target = { snapshot, group, trader, leg, market: group.markets[leg.market]! };
      if (!isOpen(target)) continue;
      const choice = byOrders(target, means) ?? byAccount(target, means) ?? byVault(target, means);
      if (!choice) continue;
      means.liquidate(trader.id);
      return [choice];
    }
    return [];
  });
}

/** Equity / maintenance. */
export function dangerOf({ health }: TraderState): number {
  return health.maintenance === 0n ? -1 : Number((health.equity * 1_000_000n) / health.maintenance) / 1e6;
}

/** As the contract decides it. An account that will be absorbed is left alone. */
function mayBeLiquidated({ time, venue }: Snapshot, group: GroupState, trader: TraderState): boolean {
  const { health, atFrozen } = trader;
  if (trader.id === group.inventory.id && group.phase !== "NORMAL") return false;
  if (health.fresh && health.equity < 0n) return false;
  if (group.phase === "LOCKED" && atFrozen < 0n) return false;
  return isLiquidatable({ parameters: venue }, trader, health, time);
}

/** The vault's inventory with the margin that its pot gives it first, as a liquidation of it does. */
function funded(group: GroupState, inventory: TraderState, means: Means): TraderState {
  const { health } = inventory;
  const given = min(positive(money(health.initial - health.equity)), means.fundsOf(group));
  return { ...inventory, health: withCash(health, given) };
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
  const after = size(leg.size > 0n ? leg.size - closed : leg.size + closed);
  return soundAfter(trader.health, leg.size, after, market, cost);
}

function wanted(target: Target, action: Planned["action"], reward: Money): Planned | undefined {
  const { snapshot, group, trader } = target;
  const choice = planned(snapshot, action, group.markets.length, reward, dangerOf(trader));
  return isWanted(snapshot, choice) ? choice : undefined;
}

function byOrders(target: Target, means: Means): Planned | undefined {
  const { snapshot, group, market, trader, leg } = target;
  const discount = discountOf(trader.health, market.parameters);
  // Makers are paid out of the keeper's share, and who liquidates his own account has none.
  const share = keeperShare(target);
  const worst = (discount * share) / PPM;
  const closing = {
    snapshot,
    market,
    account: trader.id,
    held: leg.size,
    worst,
    keepsMinimum: true,
    band: max(market.parameters.priceBand, worst),
    losersOnly: group.phase !== "NORMAL",
  };
  const found = fillsFor(closing, means, closable(target, discount));
  if (found.length === 0) return undefined;
  const fills = found.map(({ fill }) => fill);
  const closed = size(fills.reduce((sum, fill) => sum + fill.size, 0n));
  // What the fills cost the account, and what is left of the discount for keeper and vault, as the contract rounds both.
  const { mark } = market.quote;
  const sum = (each: (fill: PlannedFill) => Money) => fills.reduce((total, fill) => total + each(fill), 0n);
  const gain = sum(({ maker, size: filled }) =>
    valueDown(size(-signOf(leg) * filled), price(mark - maker.order.limit)),
  );
  const premium = sum(({ maker, size: filled }) => valueDown(filled, price(maker.order.limit - mark)));
  const cost = costOf(closed, market, discount);
  const part = shareDown(cost, share);
  const reward = positive(money(part - max(0n, -signOf(leg) * premium)));
  if (!isSound(target, closed, money(cost - part + reward - gain))) return undefined;

  const action = { kind: "liquidate", account: trader.id, market: market.id, number: snapshot.payee, fills } as const;
  const choice = wanted(target, action, reward);
  if (choice) for (const { offer, fill } of found) means.fill(offer, fill.size);
  return choice;
}

function byAccount(target: Target, means: Means): Planned | undefined {
  const { snapshot, group, trader, market, leg } = target;
  const { own } = group;
  // Anybody may list the keeper as his signer: it would take over at the mark, for nothing.
  if (!own || trader.isOwn || !means.mayBe(own.id, "taker")) return undefined;
  const taker = means.now(own);
  const held = sizeIn(taker, leg.market);
  if (group.phase !== "NORMAL" && sameSide(held, -leg.size)) return undefined;

  const discount = discountOf(trader.health, market.parameters);
  const closed = closable(target, discount);
  const able = means.ownCapacity(own, market, leg.market, signOf(leg));
  // Part of it only when what is left of the leg may stand.
  const max = keepingMinimum(abs(leg.size), min(closed, able), market.quote, market.parameters.minNotional);
  if (max === 0n || able === 0n) return undefined;
  if (max < closed && notionalUp(max, market.quote.mark) < market.parameters.minNotional) return undefined;
  const cost = costOf(max, market, discount);
  const reward = shareDown(cost, snapshot.venue.keeperShare);
  const delta = size(signOf(leg) * max);
  if (!standsAfter(taker, market, leg.market, delta, reward) || !isSound(target, max, cost)) return undefined;

  const base = { account: trader.id, market: market.id, number: Number(own.id & 0xffffffffn) };
  const action = { kind: "liquidateToAccount", ...base, max, hint: hintOf(taker, leg.market) } as const;
  const choice = wanted(target, action, reward);
  if (choice) means.ownTakes(own, market, leg.market, delta, reward);
  return choice;
}

function byVault(target: Target, means: Means): Planned | undefined {
  const { snapshot, group, trader, market, leg } = target;
  const { venue, time } = snapshot;
  if (group.phase !== "NORMAL" || !callStands({ parameters: venue }, trader, time)) return undefined;
  if (time < trader.calledAt + venue.vaultDelay) return undefined;
  if (ownerOf(group.inventory.id) === ownerOf(trader.id)) return undefined;
  const own = discountOf(trader.health, market.parameters);
  const discount = own < venue.vaultDiscount ? venue.vaultDiscount : own;
  if (own < discount) {
    const { equity, maintenance } = trader.health;
    if (equity <= 0n || maintenance === 0n || discount > discountLimit(trader.health, market.parameters))
      return undefined;
  }
  const closed = closable(target, discount);
  const cost = costOf(closed, market, discount);
  const kept = costOf(closed, market, venue.vaultDiscount);
  const reward = min(shareDown(cost, keeperShare(target)), money(cost - kept));
  const [vault, delta, gain] = [means.now(group.inventory), size(signOf(leg) * closed), money(cost - reward)];
  if (!standsAfter(vault, market, leg.market, delta, gain, means.fundsOf(group))) return undefined;
  if (!isSound(target, closed, cost)) return undefined;

  const base = { account: trader.id, market: market.id, number: snapshot.payee };
  const action = { kind: "liquidateToVault", ...base, hint: hintOf(vault, leg.market) } as const;
  const choice = wanted(target, action, reward);
  if (choice) means.vaultTakes(group, market, leg.market, delta, gain);
  return choice;
}

/** The keeper's share of the discount, ppm: none of what counts as his own account's. */
function keeperShare({ snapshot, trader }: Target): bigint {
  return trader.isOwn ? 0n : snapshot.venue.keeperShare;
}

function signOf(leg: LegState): bigint {
  return leg.size > 0n ? 1n : -1n;
}

/** Where what it takes will be near: any value is valid. */
function hintOf(account: AccountState, market: number) {
  return account.legs.find((leg) => leg.market === market)?.node ?? NO_NODE;
}

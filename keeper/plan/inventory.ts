// SPDX-License-Identifier: MIT
import { abs, min, notionalUp, priceShareDown } from "../../sdk/arithmetic.js";
import { NO_NODE, type NodeId } from "../../sdk/level.js";
import { ownerOf } from "../../sdk/order.js";
import { money, size } from "../../sdk/units.js";
import type { Planned } from "./Action.js";
import { stands, standsAfter } from "./carried.js";
import { isWanted, planned } from "./gain.js";
import type { Means } from "./Means.js";
import { fillsFor } from "./offers.js";
import { sizeIn, soundAfter } from "./margins.js";
import type { AccountState, GroupState, MarketState, Snapshot } from "./Snapshot.js";

/** Seconds for which a trade at the keeper's own expense is still wanted: a transaction that waits longer was planned at another mark. */
const STAYS_WORTH_IT = 300n;

/** One trade of the keeper's own account in a group that is open: closes what it took over, else buys of the vault. */
export function ownTrade(snapshot: Snapshot, group: GroupState, means: Means): Planned[] {
  const { own } = group;
  if (!own || !means.isUntouched(own.id)) return []; // first see what it took over
  for (const [index, market] of group.markets.entries()) {
    if (!market.open || !market.quote.fresh) continue;
    const choice = unwind(snapshot, own, market, index, means) ?? buy(snapshot, group, own, market, index, means);
    if (!choice || !isWanted(snapshot, choice)) continue;
    return [choice];
  }
  return [];
}

/** Against the best maker order, if it is not much worse than the mark. */
function unwind(
  snapshot: Snapshot,
  own: AccountState,
  market: MarketState,
  index: number,
  means: Means,
): Planned | undefined {
  const held = sizeIn(own, index);
  const { parameters } = market;
  if (held === 0n) return undefined;
  const band = parameters.priceBand;
  const worst = min(snapshot.policy.unwindCost, band);
  const closing = { snapshot, market, account: own.id, held, worst, band, losersOnly: false, keepsMinimum: false };
  const best = fillsFor(closing, means, abs(held))[0];
  if (!best) return undefined;
  const { offer, fill } = best;
  const delta = size(held > 0n ? -fill.size : fill.size);
  if (!stands(own, market, index, delta, offer.signed.order.limit, parameters.takerFee)) return undefined;
  means.fill(offer, fill.size);
  const action = {
    kind: "fillOrder",
    number: numberOf(own),
    fill,
    hint: nodeOf(own, index),
    maxFee: parameters.takerFee,
    deadline: snapshot.time + STAYS_WORTH_IT,
  } as const;
  return planned(snapshot, action, 1);
}

/** Of the vault's inventory, once its discount has grown enough. */
function buy(
  snapshot: Snapshot,
  group: GroupState,
  own: AccountState,
  market: MarketState,
  index: number,
  means: Means,
): Planned | undefined {
  const { venue, time, policy } = snapshot;
  const offered = sizeIn(group.inventory, index);
  if (offered === 0n || ownerOf(own.id) === ownerOf(group.inventory.id)) return undefined;
  const grown = (venue.offerRate * (time - market.offeredAt)) / 3_600n;
  const discount = min(grown, market.parameters.discountCap);
  if (discount < policy.minDiscount) return undefined;

  const sign = offered > 0n ? 1n : -1n;
  const able = means.ownCapacity(own, market, index, sign);
  const max = min(abs(offered), able);
  const rest = size(abs(offered) - max);
  const minimum = market.parameters.minNotional;
  if (max === 0n || (rest !== 0n && notionalUp(rest, market.quote.mark) < minimum)) return undefined;
  if (!standsAfter(own, market, index, size(sign * max), money(0n))) return undefined;
  const gain = notionalUp(max, priceShareDown(market.quote.mark, discount));
  if (!soundAfter(group.inventory.health, offered, size(offered - sign * max), market, gain)) return undefined;
  if (!vaultMaySell(group, market, max, gain)) return undefined;
  const action = {
    kind: "buyInventory",
    market: market.id,
    number: numberOf(own),
    max,
    hint: nodeOf(own, index),
  } as const;
  return planned(snapshot, action, group.markets.length, gain);
}

/** Selling at a discount must leave the inventory above initial margin, or its equity / maintenance not lower. */
function vaultMaySell(group: GroupState, market: MarketState, sold: bigint, loss: bigint): boolean {
  const { health } = group.inventory;
  const notional = notionalUp(size(sold), market.quote.mark);
  const freed = (notional * market.parameters.initialMargin) / 1_000_000n;
  if (health.equity - loss >= health.initial - freed + 8n) return true;
  const eased = (notional * market.parameters.maintenanceMargin) / 1_000_000n;
  const [equity, maintenance] = [health.equity - loss - 8n, health.maintenance - eased + 8n];
  return equity >= 0n && equity * health.maintenance >= health.equity * maintenance;
}

function numberOf(own: AccountState): number {
  return Number(own.id & 0xffffffffn);
}

function nodeOf(own: AccountState, market: number): NodeId {
  return own.legs.find((leg) => leg.market === market)?.node ?? NO_NODE;
}

// SPDX-License-Identifier: MIT
import { abs, min, notionalUp, priceShareDown } from "../../sdk/arithmetic.js";
import type { NodeId } from "../../sdk/level.js";
import { groupOf, indexOf, numberOf, ownerOf, type MarketId } from "../../sdk/order.js";
import { PPM, money, size, type Size } from "../../sdk/units.js";
import { standsAfter } from "../plan/carried.js";
import { allowed } from "../plan/gas.js";
import { UNITS, signOf, sizeIn, soundAfter } from "../plan/margins.js";
import type { Means } from "../plan/Means.js";
import { planned, type Planned } from "../plan/planned.js";
import type { AccountState, GroupState, MarketState, Snapshot } from "../plan/Snapshot.js";
import { termsOf, type Terms } from "../plan/terms.js";
import { CLEARINGHOUSE, type Kind } from "./Kind.js";

/** Buys of the vault what it took over. */
export interface BuyInventory extends Terms {
  readonly kind: "buyInventory";
  readonly market: MarketId;
  readonly number: number;
  readonly max: Size;
  readonly hint: NodeId;
}

export const buyInventory: Kind<BuyInventory> = {
  kind: "buyInventory",
  key: ({ market }) => String(market),
  subjects: ({ market }) => [`inventory ${market}`],
  cause: ({ market }, venue) => String(venue.groups.get(groupOf(market))?.markets[indexOf(market)]?.offeredAt),
  rank: () => 80,
  duty: () => false,
  ownKey: true,
  sender: "keeper",
  gas: allowed(220_000),
  to: "clearinghouse",
  encode: ({ market, number, max, hint, limit, deadline }) =>
    CLEARINGHOUSE.encodeFunctionData("buyInventory", [market, number, max, hint, limit, deadline]),
};

/** Of the vault's inventory, once its discount has grown enough. */
export function buy(
  snapshot: Snapshot,
  group: GroupState,
  own: AccountState,
  market: MarketState,
  index: number,
  means: Means,
): Planned<BuyInventory> | undefined {
  const { policy } = snapshot;
  const offered = sizeIn(group.inventory, index);
  if (offered === 0n || ownerOf(own.id) === ownerOf(group.inventory.id)) return undefined;
  const discount = market.offerDiscount;
  if (discount < policy.minDiscount) return undefined;

  const sign = signOf(offered);
  const able = means.ownCapacity(own, market, index, sign);
  const max = min(abs(offered), able);
  const rest = size(abs(offered) - max);
  const minimum = market.parameters.minNotional;
  if (max === 0n || (rest !== 0n && notionalUp(rest, market.quote.mark) < minimum)) return undefined;
  const delta = size(sign * max);
  if (!standsAfter(own, market, index, delta, money(0n))) return undefined;
  const gain = notionalUp(max, priceShareDown(market.quote.mark, discount));
  if (!soundAfter(group.inventory.health, offered, size(offered - sign * max), market, gain)) return undefined;
  if (!vaultMaySell(group, market, max, gain)) return undefined;
  const [number, hint] = [numberOf(own.id), snapshot.hintOf(own.id, market.id, delta, market.quote.mark)];
  const terms = termsOf(snapshot, market, sign);
  const action = { kind: "buyInventory", market: market.id, number, max, hint, ...terms } as const;
  return planned(buyInventory, snapshot, action, group.markets.length, gain);
}

/** Selling at a discount must leave the inventory above initial margin, or its equity / maintenance not lower. */
function vaultMaySell(group: GroupState, market: MarketState, sold: bigint, loss: bigint): boolean {
  const { health } = group.inventory;
  const notional = notionalUp(size(sold), market.quote.mark);
  const freed = (notional * market.parameters.initialMargin) / PPM;
  if (health.equity - loss >= health.initial - freed + UNITS) return true;
  const eased = (notional * market.parameters.maintenanceMargin) / PPM;
  const [equity, maintenance] = [health.equity - loss - UNITS, health.maintenance - eased + UNITS];
  return equity >= 0n && equity * health.maintenance >= health.equity * maintenance;
}

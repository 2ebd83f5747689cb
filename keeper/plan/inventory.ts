// SPDX-License-Identifier: MIT
import { abs, min, notionalUp, priceShareDown, sameSide } from "../../sdk/arithmetic.js";
import { NOBODY, ownerOf } from "../../sdk/order.js";
import { price, size } from "../../sdk/units.js";
import type { Planned } from "./Action.js";
import { isWanted, planned } from "./gain.js";
import type { Means } from "./Means.js";
import { sizeIn, soundAfter, taken } from "./margins.js";
import type { AccountState, GroupState, MarketState, Offer, Snapshot } from "./Snapshot.js";

/** One trade of the keeper's own account in a group that is open: closes what it took over, else buys of the vault. */
export function ownTrade(snapshot: Snapshot, group: GroupState, means: Means): Planned[] {
  const { own } = group;
  if (!own || means.now(own) !== own) return []; // first see what it took over
  for (const [index, market] of group.markets.entries()) {
    if (!market.open || !market.quote.fresh) continue;
    const choice = unwind(snapshot, own, market, index, means) ?? buy(snapshot, group, own, market, index, means);
    if (!choice || !isWanted(snapshot, choice)) continue;
    return [choice];
  }
  return [];
}

/** Against the best maker order that is not much worse than the mark. */
function unwind(
  snapshot: Snapshot,
  own: AccountState,
  market: MarketState,
  index: number,
  means: Means,
): Planned | undefined {
  const held = sizeIn(own, index);
  const { quote, parameters } = market;
  const left = (offer: Offer) => means.leftOf(offer);
  const worse = ({ signed }: Offer) => (held > 0n ? quote.mark - signed.order.limit : signed.order.limit - quote.mark);
  const most = priceShareDown(quote.mark, min(snapshot.policy.unwindCost, parameters.priceBand));
  const fits = market.offers.filter((offer) => {
    const { order } = offer.signed;
    if (
      held === 0n ||
      left(offer) === 0n ||
      !sameSide(order.size, held) ||
      ownerOf(order.account) === ownerOf(own.id)
    ) {
      return false;
    }
    if (order.taker || order.market !== market.id || snapshot.time > order.expiry) return false;
    if (parameters.makerFee > order.maxFee) return false;
    if (order.matcher !== NOBODY && order.matcher.toLowerCase() !== snapshot.keeper.toLowerCase()) return false;
    if (market.reduceOnly && !sameSide(offer.holds, size(-held))) return false;
    return (
      worse(offer) <= most && abs(price(quote.mark - order.limit)) <= priceShareDown(quote.mark, parameters.priceBand)
    );
  });
  const best = fits.sort((a, b) => (worse(a) < worse(b) ? -1 : 1))[0];
  if (!best) return undefined;

  const filled = min(left(best), abs(held));
  const minimum = parameters.minNotional;
  const [rest, after] = [abs(held) - filled, size(best.holds + (held > 0n ? filled : -filled))];
  if (rest !== 0n && notionalUp(size(rest), quote.mark) < minimum) return undefined;
  if (after !== 0n && notionalUp(after, quote.mark) < minimum) return undefined;
  if (notionalUp(filled, best.signed.order.limit) < minimum && rest !== 0n && after !== 0n) return undefined;
  const cost = notionalUp(
    filled,
    priceShareDown(quote.mark, min(snapshot.policy.unwindCost, parameters.priceBand) + parameters.takerFee),
  );
  if (!soundAfter(own.health, size(held > 0n ? -filled : filled), market, cost)) return undefined;
  means.fill(best, size(filled));
  const fill = { maker: best.signed, size: filled, hint: best.hint };
  const action = { kind: "fillOrder", number: numberOf(own), fill, hint: nodeOf(own, index) } as const;
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
  const { house, time, policy } = snapshot;
  const offered = sizeIn(group.inventory, index);
  if (offered === 0n || ownerOf(own.id) === ownerOf(group.inventory.id)) return undefined;
  const grown = (house.offerRate * (time - market.offeredAt)) / 3_600n;
  const discount = min(grown, market.parameters.discountCap);
  if (discount < policy.leastDiscount) return undefined;

  const sign = offered > 0n ? 1n : -1n;
  const able = means.ownCapacity(own, market, index, sign);
  const most = min(abs(offered), able);
  const rest = size(abs(offered) - most);
  const minimum = market.parameters.minNotional;
  if (most === 0n || (rest !== 0n && notionalUp(rest, market.quote.mark) < minimum)) return undefined;
  if (taken(own, market, index, sign, most) === 0n) return undefined;
  const gain = notionalUp(most, priceShareDown(market.quote.mark, discount));
  if (!soundAfter(group.inventory.health, size(-sign * most), market, gain)) return undefined;
  if (!vaultMaySell(group, market, most, gain)) return undefined;
  const action = {
    kind: "buyInventory",
    market: market.id,
    number: numberOf(own),
    most,
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

function nodeOf(own: AccountState, market: number) {
  return own.legs.find((leg) => leg.market === market)?.node ?? (0n as AccountState["legs"][number]["node"]);
}

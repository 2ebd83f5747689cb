// SPDX-License-Identifier: MIT
import { groupOf, type MarketId } from "../../sdk/order.js";
import type { MarketView } from "../../sdk/views.js";
import type { CollateralSeen } from "../look/collaterals.js";
import type { Situation } from "../look/Situation.js";
import type { Wish } from "../wish/Wish.js";

/** The market of a name: a symbol of the deployment file, `market-N`, or one that was listed with the wished source. */
export function marketNamed(name: string, { markets, symbolOf }: Situation, wish: Wish): MarketView | undefined {
  const named = markets.find(({ market }) => symbolOf(market) === name || `market-${market}` === name);
  if (named !== undefined) return named;
  const { source, list } = wish.markets?.[name] ?? {};
  if (source === undefined || list === undefined) return undefined;
  return markets.find((each) => symbolOf(each.market) === `market-${each.market}` && sameAddress(each.source, source));
}

/** The group of a name: a number, or the symbol of one of its markets. Undefined: it is not there yet. */
export function groupNamed(name: string, situation: Situation, wish: Wish): bigint | undefined {
  if (/^\d+$/.test(name)) {
    const id = BigInt(name);
    return id >= 1n && id <= situation.venue.groups ? id : undefined;
  }
  const market = marketNamed(name, situation, wish);
  if (market !== undefined) return groupOf(market.market as MarketId);
  const list = wish.markets?.[name]?.list;
  return list === undefined || list.group === "new" || list.group === name
    ? undefined
    : groupNamed(list.group, situation, wish);
}

/** The collateral of a name: its token's symbol, its number, or the token that is wished under that name. */
export function collateralNamed(name: string, { collaterals }: Situation, wish: Wish): CollateralSeen | undefined {
  const named = collaterals.find(({ id, symbol }) => [symbol, `${id}`, `collateral-${id}`].includes(name));
  if (named !== undefined) return named;
  const token = wish.collaterals?.[name]?.token;
  return token === undefined ? undefined : collaterals.find((each) => sameAddress(each.token, token));
}

export function sameAddress(a: string, b: string): boolean {
  return a.toLowerCase() === b.toLowerCase();
}

// SPDX-License-Identifier: MIT
import type { SeriesId } from "../../../../sdk/options/series.js";
import type { TradeLeg } from "../../data/options/lens";
import { amountOf } from "../../ui/Field";

/** A spread has at most so many legs. */
export const MOST_LEGS = 4;

/** A leg as it is typed. */
export interface LegForm {
  readonly series: SeriesId;
  readonly buys: boolean;
  readonly size: string;
  readonly price: string;
}

/** The list with a leg more, as large as the first. One of the same series takes the other's place. */
export function withLeg(legs: readonly LegForm[], leg: LegForm): readonly LegForm[] {
  const at = legs.findIndex(({ series }) => series === leg.series);
  if (at >= 0) return legs.map((each, index) => (index === at ? { ...leg, size: each.size || leg.size } : each));
  return legs.length < MOST_LEGS ? [...legs, { ...leg, size: leg.size || (legs[0]?.size ?? "") }] : legs;
}

/** As the lens takes them; undefined: something of a leg is missing. */
export function tradeLegs(legs: readonly LegForm[]): TradeLeg[] | undefined {
  const list: TradeLeg[] = [];
  for (const { series, buys, size, price } of legs) {
    const [units, at] = [amountOf(size, 9), amountOf(price, 18)];
    if (units === undefined || at === undefined) return undefined;
    list.push({ series, size: buys ? units : -units, price: at });
  }
  return list;
}

/** In the order in which they are sent: what is bought first, because it covers what is sold. */
export function inOrder<L extends { readonly buys: boolean }>(legs: readonly L[]): readonly L[] {
  return [...legs].sort((a, b) => Number(b.buys) - Number(a.buys));
}

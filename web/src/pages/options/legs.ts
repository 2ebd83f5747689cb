// SPDX-License-Identifier: MIT
import { abs } from "../../../../sdk/arithmetic.js";
import type { SeriesId } from "../../../../sdk/options/series.js";
import type { OptionPosition, TradeLeg } from "../../data/options/lens";
import { exact, price as showPrice } from "../../format";
import { amountOf } from "../../ui/Field";

/** A spread has at most so many legs. */
export const MOST_LEGS = 4;

/** A leg as it is typed. */
export interface LegForm {
  readonly series: SeriesId;
  readonly buys: boolean;
  readonly size: string;
  readonly price: string;
  /** It may only reduce what is held. */
  readonly closes?: boolean;
}

/** The limit of a new leg: the best price to its last digit; the mark, as it is shown, while nobody quotes. */
export function limitAt(best: bigint | undefined, mark: bigint): string {
  return best === undefined ? showPrice(mark).replaceAll(",", "") : exact(best, 18);
}

/** The leg that closes a position. */
export function closingLeg(
  { series, size, mark }: Pick<OptionPosition, "series" | "size" | "mark">,
  best: bigint | undefined,
): LegForm {
  return {
    ...{ series: BigInt(series) as SeriesId, buys: size < 0n, closes: true },
    ...{ size: exact(abs(size), 9), price: limitAt(best, mark) },
  };
}

/** The list with a leg more, by default as large as the first. One of the same series takes the other's place. */
export function withLeg(legs: readonly LegForm[], leg: LegForm): readonly LegForm[] {
  const at = legs.findIndex(({ series }) => series === leg.series);
  if (at >= 0) return legs.map((each, index) => (index === at ? { ...leg, size: leg.size || each.size } : each));
  return legs.length < MOST_LEGS ? [...legs, { ...leg, size: leg.size || (legs[0]?.size ?? "") }] : legs;
}

/** What closes positions is a trade of its own: it takes the place of other legs, and as many as fit go together. */
export function withClosing(legs: readonly LegForm[], leg: LegForm): readonly LegForm[] {
  const closing = legs.filter(({ closes }) => closes);
  const fits = closing.length < MOST_LEGS || closing.some(({ series }) => series === leg.series);
  return closing.length === legs.length && fits ? withLeg(legs, leg) : [leg];
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

// SPDX-License-Identifier: MIT
import { seriesKind } from "../../../../sdk/options/series.js";
import type { MarketId } from "../../../../sdk/order.js";
import type { ChainView, PortfolioView, TradeLeg } from "../../data/options/lens";
import type { JudgedLeg } from "./judge";

/** When a series expires; undefined: never. 0: its expiry is not listed. */
export function endOf(series: bigint, { ladders }: ChainView): bigint | undefined {
  const kind = seriesKind(series as MarketId);
  if (kind.type === "perpetual") return undefined;
  return BigInt(ladders.find(({ place }) => Number(place) === kind.ladder)?.expiry ?? 0);
}

/** Legs with what the contracts look at beside the margin. */
export function judgedLegs(
  legs: readonly TradeLeg[],
  chain: ChainView,
  portfolio: Pick<PortfolioView, "positions"> | undefined,
  now: bigint,
): JudgedLeg[] {
  return legs.map((leg) => {
    const end = endOf(leg.series, chain);
    const held = portfolio?.positions.find(({ series }) => BigInt(series) === leg.series)?.size ?? 0n;
    return { ...leg, held, ...pricesOf(leg.series, chain), open: end === undefined || end > now };
  });
}

function pricesOf(series: bigint, { ladders, perpetual }: ChainView): { mark: bigint; forward: bigint } {
  const kind = seriesKind(series as MarketId);
  const ladder = kind.type === "perpetual" ? undefined : ladders.find(({ place }) => Number(place) === kind.ladder);
  if (kind.type === "perpetual" || ladder === undefined) return { mark: perpetual.mark, forward: perpetual.mark };
  const forward = ladder.future.mark;
  if (kind.type === "future") return { mark: forward, forward };
  return { mark: ladder.strikes[kind.strike]![kind.type].mark, forward };
}

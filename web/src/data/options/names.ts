// SPDX-License-Identifier: MIT
import type { MarketId } from "../../../../sdk/order.js";
import { seriesName, type Ladders } from "../../../../sdk/options/seriesName.js";
import type { ChainView } from "./lens";

/** The listed expiries of a group by their place, as names of series need them. */
export function laddersOf({ ladders }: ChainView): Ladders {
  return new Map(
    ladders.map(({ place, expiry, strikes }) => {
      const [base, next] = [strikes[0]!.strike, strikes[1]!.strike];
      return [Number(place), { expiry: BigInt(expiry), base, step: next - base }];
    }),
  );
}

/** ETH-25DEC26-4000-C; by its number while its expiry is not known. */
export function nameOfSeries(symbol: string, series: bigint, ladders: Ladders): string {
  try {
    return seriesName(symbol, series as MarketId, ladders);
  } catch {
    return `#${series}`;
  }
}

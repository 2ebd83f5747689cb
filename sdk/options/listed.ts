// SPDX-License-Identifier: MIT
import type { ChainView } from "../views.js";
import { STRIKES } from "./series.js";
import type { Ladder } from "./seriesName.js";

/** The expiries of a group, as the lens of options tells them, by their place. */
export function laddersOf({ ladders }: Pick<ChainView, "ladders">): Map<number, Ladder> {
  return new Map(
    ladders.map(({ place, expiry, strikes }) => {
      const [base, last] = [strikes[0]!.strike, strikes[STRIKES - 1]!.strike];
      return [Number(place), { expiry, base, step: (last - base) / BigInt(STRIKES - 1) }];
    }),
  );
}

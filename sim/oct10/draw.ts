// SPDX-License-Identifier: MIT
import type { Random } from "../../tools/random.js";
import { SHARES, type Quantiles } from "./published.js";

/** A value of the distribution with these quantiles, geometric between them; nothing lies below the lowest. */
export function draw(random: Random, quantiles: Quantiles): number {
  const share = random();
  const above = SHARES.findIndex((each) => each >= share);
  const high = quantiles[above] ?? NaN;
  if (above === 0) return high;
  const low = quantiles[above - 1] ?? NaN;
  const [from, to] = [SHARES[above - 1] ?? 0, SHARES[above] ?? 1];
  return low * (high / low) ** ((share - from) / (to - from));
}

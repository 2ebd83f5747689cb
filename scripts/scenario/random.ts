// SPDX-License-Identifier: MIT
import { SHARES, type Quantiles } from "./oct10.js";

/** Numbers in [0, 1), the same for the same seed (mulberry32). */
export type Random = () => number;

export function seeded(seed: number): Random {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}

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

// SPDX-License-Identifier: MIT

/** A step of the mark below the gap threshold of 2%, so that none of them locks. */
export const STEP = 1.018;

/** The mark of the grid around `start` that is `steps` away from it. */
export function gridMark(start: number, steps: number): number {
  return round8(start * STEP ** steps);
}

/** Which mark of the grid around `start` is nearest to `price`, at most 0.9% away: inside the price band of 2%. */
export function nearestStep(start: number, price: number): number {
  return Math.round(Math.log(price / start) / Math.log(STEP));
}

/** Marks from `from` (exclusive) to `to`, each at most a step from the one before; nothing when they are the same. */
export function walk(from: number, to: number): number[] {
  if (from === to) return [];
  const steps = Math.ceil(Math.abs(Math.log(to / from)) / Math.log(STEP) - 1e-9);
  const inner = Array.from({ length: steps - 1 }, (_, i) => round8(from * (to / from) ** ((i + 1) / steps)));
  return [...inner, to];
}

/** As exact as a feed's answer. */
function round8(value: number): number {
  return Math.round(value * 1e8) / 1e8;
}

// SPDX-License-Identifier: MIT
import { PRICE_UNIT } from "../../../../sdk/units.js";

const HOUR = 3_600n;
const WAD = 10n ** 18n;

/** What a long pays in an hour of its notional, 1e18 = all of it; negative: it is paid. Undefined without a mark. */
export function hourly(rate: bigint, mark: bigint | null | undefined): bigint | undefined {
  if (mark === null || mark === undefined || mark <= 0n) return undefined;
  return (rate * HOUR * WAD) / mark;
}

/** How much of a cap is used, ppm, up; undefined: there is no cap. */
export function usedOf(interest: bigint, cap: bigint): bigint | undefined {
  return cap === 0n ? undefined : (interest * 1_000_000n + cap - 1n) / cap;
}

/** What some size is worth at a mark, floor: 1e-9 quote. */
export function notional(size: bigint, mark: bigint): bigint {
  return (size * mark) / PRICE_UNIT;
}

export interface Level {
  readonly node: number;
  readonly entry: bigint;
  readonly gain: bigint;
  readonly size: bigint;
  /** Size up to this level, it included. */
  readonly upTo: bigint;
}

/** A side's levels with what a tear-up takes before it is done with each. */
export function levelsOf(queue: readonly Omit<Level, "upTo">[]): Level[] {
  let upTo = 0n;
  return queue.map(({ node, entry, gain, size }) => ({ node, entry, gain, size, upTo: (upTo += size) }));
}

export interface Bar {
  readonly node: number;
  readonly isLong: boolean;
  /** Where it stands from the lowest entry to the highest one, and how tall it is: 0 to 1,000. */
  readonly x: number;
  readonly height: number;
  readonly wins: boolean;
}

export interface Drawing {
  readonly bars: readonly Bar[];
  /** Where the mark stands, 0 to 1,000. */
  readonly mark: number;
  readonly low: bigint;
  readonly high: bigint;
}

/** Both queues by entry, the mark among them. Undefined: both are empty. */
export function drawn(longs: readonly Level[], shorts: readonly Level[], mark: bigint): Drawing | undefined {
  const all = [...longs, ...shorts];
  if (all.length === 0) return undefined;
  const [low, high] = all.reduce(
    ([least, most], { entry }) => [entry < least ? entry : least, entry > most ? entry : most],
    [mark, mark],
  );
  const tallest = all.reduce((most, { size }) => (size > most ? size : most), 1n);
  const at = (price: bigint) => (high === low ? 500 : Number(((price - low) * 1_000n) / (high - low)));
  const bars = (side: readonly Level[], isLong: boolean) =>
    side.map(({ node, entry, gain, size }): Bar => ({
      node,
      isLong,
      x: at(entry),
      height: Math.max(20, Number((size * 1_000n) / tallest)),
      wins: gain > 0n,
    }));
  return { bars: [...bars(longs, true), ...bars(shorts, false)], mark: at(mark), low, high };
}

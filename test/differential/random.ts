// SPDX-License-Identifier: MIT
import { seeded } from "../../tools/random.js";

/** A seeded source of choices, so that every run can be repeated. */
export class Random {
  /** In [0, 1). */
  readonly next: () => number;

  constructor(seed: number) {
    this.next = seeded(seed);
  }

  /** A whole number from `low` to `high`, both included. */
  whole(low: number, high: number): number {
    return low + Math.floor(this.next() * (high - low + 1));
  }

  /** amount * factor with `factor` from `low` to `high`, in steps of 1e-6. */
  scaled(amount: bigint, low: number, high: number): bigint {
    return (amount * BigInt(Math.round((low + this.next() * (high - low)) * 1e6))) / 1_000_000n;
  }

  chance(probability: number): boolean {
    return this.next() < probability;
  }

  pick<T>(from: readonly T[]): T {
    const one = from[this.whole(0, from.length - 1)];
    if (one === undefined) throw new RangeError("nothing to pick from");
    return one;
  }

  /** One of the keys, each as likely as its weight. */
  weighted<K extends string>(weights: Record<K, number>): K {
    const entries = Object.entries(weights) as [K, number][];
    let left = this.next() * entries.reduce((sum, [, weight]) => sum + weight, 0);
    for (const [key, weight] of entries) if ((left -= weight) < 0) return key;
    return entries.at(-1)![0];
  }
}

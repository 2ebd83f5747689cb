// SPDX-License-Identifier: MIT
import type { Live } from "./Live.js";

/** Orders by the second of their expiry. */
export class Expiries {
  private readonly at = new Map<number, Set<Live>>();
  /** Ascending seconds of `at`, with those that are empty by now. */
  private readonly seconds: number[] = [];

  add(live: Live, second: number): void {
    const set = this.at.get(second);
    if (set !== undefined) {
      set.add(live);
      return;
    }
    this.at.set(second, new Set([live]));
    let [low, high] = [0, this.seconds.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.seconds[middle]! < second) low = middle + 1;
      else high = middle;
    }
    if (this.seconds[low] !== second) this.seconds.splice(low, 0, second);
  }

  remove(live: Live, second: number): void {
    const set = this.at.get(second);
    set?.delete(live);
    if (set?.size === 0) this.at.delete(second);
  }

  /** Those whose last second is before `time`, in the order of their seconds. */
  until(time: number): Live[] {
    let count = 0;
    while (count < this.seconds.length && this.seconds[count]! < time) ++count;
    return this.seconds.splice(0, count).flatMap((second) => {
      const found = [...(this.at.get(second) ?? [])];
      this.at.delete(second);
      return found;
    });
  }
}

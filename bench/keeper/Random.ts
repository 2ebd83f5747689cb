// SPDX-License-Identifier: MIT
import { seeded } from "../../scripts/scenario/random.js";

/** Seeded figures, so that every run ticks alike. */
export class Random {
  /** In [0, 1). */
  readonly next: () => number;

  constructor(seed: number) {
    this.next = seeded(seed);
  }

  chance(probability: number): boolean {
    return this.next() < probability;
  }

  /** From `low` to `high`, every factor between them as likely. */
  factor(low: number, high: number): number {
    return low * (high / low) ** this.next();
  }

  normal(): number {
    return Math.sqrt(-2 * Math.log(1 - this.next())) * Math.cos(2 * Math.PI * this.next());
  }

  /** Student's t with 3 degrees of freedom, of variance 1: the tails of price changes over short times. */
  fatTailed(): number {
    const chi = this.normal() ** 2 + this.normal() ** 2 + this.normal() ** 2;
    return this.normal() / Math.sqrt(chi);
  }
}

// SPDX-License-Identifier: MIT
import { abs } from "../arithmetic.js";

/** Both sides decided alike but their numbers differ by more than rounding explains. */
export class Divergence extends Error {
  constructor(
    readonly what: string,
    readonly reference: bigint,
    readonly observed: bigint,
    readonly bound: bigint,
  ) {
    super(
      `${what}: reference ${reference}, observed ${observed}, bound ${bound}. Either the contract or the reference is wrong: ` +
        "replay the sequence up to here and compare step by step.",
    );
  }
}

/**
 * What the contract rounded, for the reference to go on from after checking it against its own number. Without it the
 * reference uses its own.
 */
export interface Observation {
  readonly value: bigint;
  /** The largest difference that rounding explains. */
  readonly bound: bigint;
}

/** Is the difference no more than rounding explains? */
export function near(own: bigint, observed: Observation): boolean {
  return abs(own - observed.value) <= observed.bound;
}

/** `own`, or what was observed when that is within its bound. */
export function follow<T extends bigint>(what: string, own: T, observed: Observation | undefined): T {
  if (observed === undefined) return own;
  if (!near(own, observed)) throw new Divergence(what, own, observed.value, observed.bound);
  return observed.value as T;
}

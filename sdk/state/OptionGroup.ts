// SPDX-License-Identifier: MIT
import type { Address } from "../order.js";
import type { Ladder } from "../options/seriesName.js";
import type { RiskParameters } from "../parameters/risk.js";
import type { Price } from "../units.js";

/** What all marks of an option group follow from. */
export interface Factors {
  /** The mark of the underlying. */
  readonly spot: Price;
  /** What all volatilities of the smiles are multiplied by, 1e-9. */
  readonly level: bigint;
  /** Unix time at which what is left to an expiry is counted. */
  readonly time: bigint;
  /** Bit l: which of ladder l's two smiles holds. */
  readonly versions: bigint;
  /** The perpetual's cumulative funding. */
  readonly funding: Price;
}

/** What the risk arrays of a ladder were computed from last. */
export type RiskFactors = Pick<Factors, "spot" | "level" | "time">;

/** A volatility level, 1e-9, and when its source saw it. */
export interface Level {
  readonly value: bigint;
  readonly observedAt: bigint;
}

/** An expiry that is listed. Its place is listed anew once it is fixed and nothing of it is open. */
export interface ListedLadder extends Ladder {
  /** As they are packed; which one holds: the place's bit of `versions`. */
  readonly smiles: readonly [bigint, bigint];
  /** The feed's round up to which the average of its last half hour was added up; undefined: not begun, or fixed. */
  readonly fixing: bigint | undefined;
  /** The price at which it expired. */
  readonly settlement: Price | undefined;
  readonly arrays: RiskFactors | undefined;
}

/**
 * What an option group has besides what all groups have. Anchor and recorded factors are told by events only at a lock:
 * ask a lens.
 */
export interface OptionGroup {
  risk: RiskParameters;
  volSource: Address;
  /** Undefined from the choice of a source until its first LevelPosted: ask a lens. */
  level: Level | undefined;
  /** Bit l: which of ladder l's two smiles holds. */
  versions: bigint;
  /** By place, 0 to 7. */
  readonly ladders: Map<number, ListedLadder>;
  /** Of the last lock: what its jumps were measured from, and to. */
  frozen: { readonly anchor: Factors; readonly frozen: Factors } | undefined;
}

// SPDX-License-Identifier: MIT
import { uintOf, wholeOf } from "./range.js";

/** How far ahead of the chain's clock a sequence may be, milliseconds. */
const AHEAD = 3_600_000n;
const MAX_SEQUENCE = 2n ** 48n - 1n;
/** September 2001: a time below this is in seconds. */
const MIN_MILLISECONDS = 10n ** 12n;

/**
 * A sequence so high that the clearinghouse refuses it: filling or cancelling it would void all others of its lane
 * for years.
 */
export class SequenceTooHigh extends RangeError {
  override readonly name = "SequenceTooHigh";

  constructor(
    readonly sequence: bigint,
    readonly highest: bigint,
  ) {
    super(
      `sequence ${sequence} is above ${highest}, an hour ahead of the chain's clock in milliseconds: ` +
        "count from milliseconds (saltAt), or use a small counter",
    );
  }
}

/**
 * The salt of an order, `sequence << 16 | lane`: filling or cancelling a sequence voids all lower ones of its lane.
 * Sequences are times in
 * milliseconds, or small counters; the clearinghouse refuses those more than an hour ahead of its clock.
 */
export function saltOf(sequence: bigint, lane: bigint): bigint {
  return (uintOf(sequence, 48, "sequence") << 16n) | uintOf(lane, 16, "lane");
}

/**
 * The salt of an order signed at a Unix time in milliseconds. A second order of that millisecond and lane needs the
 * next one.
 */
export function saltAt(milliseconds: number | bigint, lane = 0n): bigint {
  return saltOf(wholeOf(milliseconds, MIN_MILLISECONDS, MAX_SEQUENCE, "time of a salt in milliseconds"), lane);
}

export function sequenceOf(salt: bigint): bigint {
  return uintOf(salt, 64, "salt") >> 16n;
}

export function laneOf(salt: bigint): bigint {
  return uintOf(salt, 64, "salt") & 0xffffn;
}

/** The highest sequence that the clearinghouse takes at a Unix time, in seconds. */
export function highestSequence(now: bigint): bigint {
  return uintOf(now, 40, "time in seconds") * 1_000n + AHEAD;
}

/** The sequence, when the clearinghouse takes it at the Unix time `now`, in seconds. */
export function sequenceAllowed(sequence: bigint, now: bigint): bigint {
  const highest = highestSequence(now);
  if (uintOf(sequence, 48, "sequence") > highest) throw new SequenceTooHigh(sequence, highest);
  return sequence;
}

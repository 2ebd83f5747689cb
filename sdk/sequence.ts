// SPDX-License-Identifier: MIT

/** How far the sequence of an order or a cancellation may be ahead of the chain's clock, milliseconds. */
export const MAX_SEQUENCE_AHEAD = 3_600_000n;

/** A time that is no sequence: milliseconds of Unix time are whole, from 0 to 2^48 - 1. */
export class NotASequence extends Error {
  constructor(readonly milliseconds: number) {
    super(`${milliseconds} is no sequence: give whole milliseconds of Unix time, as Date.now() does`);
  }
}

/**
 * The sequence of an order that is made at a time, milliseconds of Unix time (Date.now()). Sequences by the clock rise by themselves, and are
 * above all that a delegate whose key was revoked an hour ago could have used. Two orders of a lane need different ones: the
 * higher voids the lower.
 */
export function sequenceAt(milliseconds: number): bigint {
  if (!Number.isInteger(milliseconds) || milliseconds < 0 || milliseconds >= 2 ** 48) {
    throw new NotASequence(milliseconds);
  }
  return BigInt(milliseconds);
}

/** The highest sequence that the clearinghouse takes in a block of the second `timestamp`. */
export function maxSequence(timestamp: bigint): bigint {
  return timestamp * 1_000n + MAX_SEQUENCE_AHEAD;
}

// SPDX-License-Identifier: MIT

export interface Fees {
  readonly maxFee: bigint;
  readonly priorityFee: bigint;
}

export interface FeeRules {
  /** Wei. */
  readonly priorityFee: bigint;
  readonly maxFee: bigint;
  /** Percent. */
  readonly bump: number;
}

/** For a base fee that doubles. */
export function firstFees(baseFee: bigint, { priorityFee, maxFee }: FeeRules): Fees {
  return capped(2n * baseFee + priorityFee, priorityFee, maxFee);
}

/**
 * What replaces a transaction: both fees raised, enough for nodes to take it; undefined when that is more than the
 * keeper pays.
 */
export function raisedFees(before: Fees, baseFee: bigint, rules: FeeRules): Fees | undefined {
  const raise = (fee: bigint) => (fee * BigInt(100 + rules.bump)) / 100n + 1n;
  const priorityFee = raise(before.priorityFee);
  const min = raise(before.maxFee);
  const wanted = 2n * baseFee + priorityFee;
  const maxFee = wanted > min ? wanted : min;
  if (min > rules.maxFee) return undefined;
  return capped(maxFee, priorityFee, rules.maxFee);
}

function capped(wanted: bigint, priorityFee: bigint, limit: bigint): Fees {
  const maxFee = wanted < limit ? wanted : limit;
  return { maxFee, priorityFee: priorityFee < maxFee ? priorityFee : maxFee };
}

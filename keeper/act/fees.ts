// SPDX-License-Identifier: MIT

export interface Fees {
  readonly maxFee: bigint;
  readonly priorityFee: bigint;
}

export interface FeeRules {
  /** Wei. */
  readonly priorityFee: bigint;
  readonly mostFee: bigint;
  /** Percent. */
  readonly bump: number;
}

/** For a base fee that doubles. */
export function firstFees(baseFee: bigint, { priorityFee, mostFee }: FeeRules): Fees {
  return capped(2n * baseFee + priorityFee, priorityFee, mostFee);
}

/** What replaces a transaction: both fees raised, enough for nodes to take it; undefined when that is more than the keeper pays. */
export function raisedFees(before: Fees, baseFee: bigint, rules: FeeRules): Fees | undefined {
  const raise = (fee: bigint) => (fee * BigInt(100 + rules.bump)) / 100n + 1n;
  const priorityFee = raise(before.priorityFee);
  const least = raise(before.maxFee);
  const wanted = 2n * baseFee + priorityFee;
  const maxFee = wanted > least ? wanted : least;
  if (least > rules.mostFee) return undefined;
  return capped(maxFee, priorityFee, rules.mostFee);
}

function capped(maxFee: bigint, priorityFee: bigint, mostFee: bigint): Fees {
  const most = maxFee < mostFee ? maxFee : mostFee;
  return { maxFee: most, priorityFee: priorityFee < most ? priorityFee : most };
}

// SPDX-License-Identifier: MIT
import type { Match } from "../book/Engine.js";

/** Gas by estimate, and which group a market is in. */
export interface BatchRules {
  readonly transaction: number;
  readonly match: number;
  readonly fill: number;
  groupOf(market: bigint): bigint;
}

/** Upper bounds by bench/results: a match with one new maker needs 175,000, each further maker 65,000 to 75,000. */
export const LINEAR: BatchRules = {
  transaction: 60_000,
  match: 120_000,
  fill: 90_000,
  groupOf: (market) => market >> 2n,
};

/**
 * Of options: a fill between accounts of eight series each needs 400,000, and up to 28,000 more for each array that is
 * not fresh.
 */
export const OPTIONS: BatchRules = {
  transaction: 60_000,
  match: 250_000,
  fill: 550_000,
  groupOf: (market) => market >> 8n,
};

export function gasOf({ fills }: Match, rules = LINEAR): number {
  return rules.match + fills.length * rules.fill;
}

/**
 * Matches in their order, as many a batch as its gas allows; a batch has markets of one group, and an order that is in
 * two matches has them in that order. A run is a batch of its own, whatever its gas.
 */
export function batches(matches: readonly Match[], maxGas: number, rules = LINEAR): Match[][] {
  const open = new Map<bigint, { list: Match[]; gas: number; run: number | undefined }>();
  const all: Match[][] = [];
  for (const match of matches) {
    const [group, gas, { run }] = [rules.groupOf(match.market), gasOf(match, rules), match];
    let batch = open.get(group);
    const isFull = batch === undefined || (run === undefined && batch.gas + gas > maxGas);
    if (isFull || batch!.run !== run) {
      batch = { list: [], gas: rules.transaction, run };
      open.set(group, batch);
      all.push(batch.list);
    }
    batch!.list.push(match);
    batch!.gas += gas;
  }
  return all;
}

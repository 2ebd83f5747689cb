// SPDX-License-Identifier: MIT
import type { Hex } from "../../sdk/orderHash.js";
import type { Match } from "../book/Engine.js";

/** Gas by estimate, and which group a market is in. */
export interface BatchRules {
  gasOf(match: Match): number;
  groupOf(market: bigint): bigint;
}

const TRANSACTION = 60_000;

/** Upper bounds by bench/results: a match with one new maker needs 175,000, each further maker 65,000 to 75,000. */
export const LINEAR: BatchRules = {
  gasOf: ({ fills }) => 120_000 + fills.length * 90_000,
  groupOf: (market) => market >> 2n,
};

/** @param sideGas Of one side of a fill, by the order's hash. */
export function optionRules(sideGas: (order: Hex) => number): BatchRules {
  return {
    gasOf: ({ taker, fills }) =>
      fills.reduce((sum, { order }) => sum + sideGas(order) + sideGas(taker), MATCH_OF_OPTIONS),
    groupOf: (market) => market >> 8n,
  };
}

const MATCH_OF_OPTIONS = 150_000;

/**
 * Matches in their order, as many a batch as its gas allows; a batch has markets of one group, and an order that is in
 * two matches has them in that order. A run is a batch of its own, whatever its gas.
 */
export function batches(matches: readonly Match[], maxGas: number, rules = LINEAR): Match[][] {
  const open = new Map<bigint, { list: Match[]; gas: number; run: number | undefined }>();
  const all: Match[][] = [];
  for (const match of matches) {
    const [group, gas, { run }] = [rules.groupOf(match.market), rules.gasOf(match), match];
    let batch = open.get(group);
    const isFull = batch === undefined || (run === undefined && batch.gas + gas > maxGas);
    if (isFull || batch!.run !== run) {
      batch = { list: [], gas: TRANSACTION, run };
      open.set(group, batch);
      all.push(batch.list);
    }
    batch!.list.push(match);
    batch!.gas += gas;
  }
  return all;
}

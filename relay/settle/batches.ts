// SPDX-License-Identifier: MIT
import { groupOf, type MarketId } from "../../sdk/order.js";
import type { Match } from "../book/Engine.js";

// Upper bounds by bench/results: a match with one new maker needs 175,000, each further maker 65,000 to 75,000.
const TRANSACTION = 60_000;
const MATCH = 120_000;
const FILL = 90_000;

export function gasOf({ fills }: Match): number {
  return MATCH + fills.length * FILL;
}

/**
 * Matches in their order, as many a batch as its gas allows; a batch has markets of one group, and an order that is in
 * two matches has them in that order.
 */
export function batches(matches: readonly Match[], maxGas: number): Match[][] {
  const open = new Map<bigint, { list: Match[]; gas: number }>();
  const all: Match[][] = [];
  for (const match of matches) {
    const group = groupOf(match.market as MarketId);
    let batch = open.get(group);
    if (batch === undefined || batch.gas + gasOf(match) > maxGas) {
      batch = { list: [], gas: TRANSACTION };
      open.set(group, batch);
      all.push(batch.list);
    }
    batch.list.push(match);
    batch.gas += gasOf(match);
  }
  return all;
}

// SPDX-License-Identifier: MIT
import { abs } from "../arithmetic.js";
import { MIN_REMAINING, ONE } from "../frame.js";
import { rankOf, withGeneration, type NodeId } from "../level.js";
import { size, type Price, type Size } from "../units.js";
import { FINE, groupIn, marketIn, positionsIn, type Market, type Side, type State } from "./state.js";

export function sideOf(market: Market, longs: boolean): Side {
  return longs ? market.longs : market.shorts;
}

/** The fine sizes of all positions of a node, added up one by one. */
export function fineOf(state: State, group: number, index: number, longs: boolean, node: NodeId): bigint {
  let sum = 0n;
  for (const [, position] of positionsIn(state, group, index)) {
    if (position.node === node && position.fine !== 0n && position.fine > 0n === longs) sum += abs(position.fine);
  }
  return sum;
}

export function sizeOfNode(state: State, group: number, index: number, longs: boolean, node: NodeId): Size {
  return size(fineOf(state, group, index, longs, node) >> FINE);
}

/**
 * The node that a newcomer of `level` (generation 0) joins or opens; opens a generation when the present one is used
 * up.
 */
export function nodeForNewcomer(side: Side, level: NodeId): NodeId {
  const present = presentNode(side, level);
  if (present !== undefined) return present;
  const generation = (side.generations.get(level) ?? 0n) + 1n;
  side.generations.set(level, generation);
  return withGeneration(level, generation);
}

/** The node that a newcomer of `level` would join, if that needs no new generation. */
export function presentNode(side: Side, level: NodeId): NodeId | undefined {
  const node = withGeneration(level, side.generations.get(level) ?? 0n);
  const remaining = side.remaining.get(node);
  if (remaining === undefined) return node;
  return side.queue.includes(node) && remaining >= MIN_REMAINING ? node : undefined;
}

/** Puts a node behind all nodes of a rank at most its own. */
export function link(side: Side, node: NodeId): void {
  if (side.queue.includes(node)) return;
  const place = side.queue.findIndex((other) => rankOf(other) > rankOf(node));
  side.queue.splice(place === -1 ? side.queue.length : place, 0, node);
}

export function unlink(side: Side, node: NodeId): void {
  side.queue = side.queue.filter((other) => other !== node);
}

/** Closes `closed` of a node at `mark`: the same share of each of its positions, one after the other. */
export function tearUpNode(
  state: State,
  group: number,
  index: number,
  longs: boolean,
  node: NodeId,
  closed: Size,
  mark: Price,
): void {
  const side = sideOf(marketIn(groupIn(state, group), index), longs);
  const whole = fineOf(state, group, index, longs, node);
  const rest = ((whole >> FINE) - closed) << FINE;
  for (const [, position] of positionsIn(state, group, index)) {
    if (position.node !== node || position.fine === 0n || position.fine > 0n !== longs) continue;
    const kept = whole === 0n ? 0n : (position.fine * rest) / whole;
    // What is closed is sold (bought back) at the mark: the value stays as it was.
    position.cost -= (position.fine - kept) * mark;
    position.fine = kept;
  }
  side.remaining.set(node, whole === 0n ? 0n : ((side.remaining.get(node) ?? ONE) * rest) / whole);
  if (rest === 0n) unlink(side, node);
}

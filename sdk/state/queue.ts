// SPDX-License-Identifier: MIT
import { NEW_FRAME, sizeDown, type Frame } from "../frame.js";
import { rankOf, withGeneration, type NodeId } from "../level.js";
import { size, type Price, type Size } from "../units.js";
import type { Node, Side } from "./Venue.js";
import type { Journal } from "./Journal.js";
import { MissedEvent } from "./MissedEvent.js";

/** Whole units of size in a node. */
export function sizeOfNode(node: Node): Size {
  return sizeDown(node.frame, node.shares);
}

/** How many nodes of the queue have a rank of at most `rank`: the place of a newcomer of that rank. */
export function placeOf(side: Side, rank: Price): number {
  let [low, high] = [0, side.queue.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (side.queue[middle]!.rank <= rank) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Where `node` stands in its queue: 0 is the head. */
export function indexInQueue(side: Side, node: Node): number {
  for (let at = placeOf(side, node.rank) - 1; at >= 0 && side.queue[at]!.rank === node.rank; --at) {
    if (side.queue[at] === node) return at;
  }
  throw new MissedEvent(`node ${node.id} is not in its queue`);
}

/** A position of `shares` enters; returns the dust that rounding kept from the node. */
export function enter(journal: Journal, side: Side, id: NodeId, shares: bigint, entered: Size): bigint {
  const node = side.nodes.get(id) ?? newNode(journal, side, id);
  if (node.linked) return resize(journal, side, id, 0n, shares, entered);
  if (node.touched) throw new MissedEvent(`node ${id} was torn up and cannot be entered again`);
  journal.set(node, "shares", shares);
  journal.set(node, "linked", true);
  journal.insert(side.queue, placeOf(side, node.rank), node);
  return 0n;
}

/**
 * A position of `before` shares has `after` of them now, which stand for `wanted`; an empty node leaves the queue.
 * Returns the units of size that only rounding held together: they are the estate's.
 */
export function resize(journal: Journal, side: Side, id: NodeId, before: bigint, after: bigint, wanted: Size): bigint {
  const node = side.nodes.get(id);
  if (node === undefined) throw new MissedEvent(`node ${id} was never entered`);
  if (!node.linked) return 0n; // torn up whole: nothing of it is in the queue
  const total = node.shares - before + after;
  if (total < 0n) throw new MissedEvent(`node ${id} would hold ${total} shares`);
  const dust = node.touched
    ? sizeOfNode(node) + wanted - sizeDown(node.frame, total) - sizeDown(node.frame, before)
    : 0n;
  if (total === 0n) unlink(journal, side, node);
  else journal.set(node, "shares", total);
  return dust;
}

/** The node has another frame after a tear-up; one that is torn up whole leaves the queue. */
export function tearUp(journal: Journal, side: Side, id: NodeId, frame: Frame): void {
  const node = side.nodes.get(id);
  if (node === undefined || !node.linked) throw new MissedEvent(`node ${id} is not in its queue`);
  journal.set(node, "frame", frame);
  journal.set(node, "touched", true);
  if (frame.remaining === 0n) unlink(journal, side, node);
}

function newNode(journal: Journal, side: Side, id: NodeId): Node {
  const node: Node = { id, rank: rankOf(id), shares: 0n, frame: NEW_FRAME, touched: false, linked: false };
  journal.put(side.nodes, id, node);
  const level = withGeneration(id, 0n);
  const generation = id & 0xffffn;
  if (generation > (side.generations.get(level) ?? 0n)) journal.put(side.generations, level, generation);
  return node;
}

function unlink(journal: Journal, side: Side, node: Node): void {
  journal.remove(side.queue, indexInQueue(side, node));
  journal.set(node, "shares", 0n);
  journal.set(node, "linked", false);
}

export const NO_SIZE: Size = size(0n);

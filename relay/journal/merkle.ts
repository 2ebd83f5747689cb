// SPDX-License-Identifier: MIT
import type { Hex } from "../../sdk/orderHash.js";
import { hashHex } from "./bytes.js";

// A tree of 2^depth leaves, the missing ones zero: a leaf's index says left or right at each step, so that an index has
// one leaf, and a number of the journal one statement.

const ZERO: Hex = `0x${"00".repeat(32)}`;
const EMPTY: Hex[] = [ZERO];

/** The smallest depth whose tree has room for `count` leaves. */
export function depthOf(count: number): number {
  return count <= 1 ? 0 : 32 - Math.clz32(count - 1);
}

/** The levels from the leaves to the root, without the empty right part. */
export function treeOf(leaves: readonly Hex[]): Hex[][] {
  const levels: Hex[][] = [[...leaves]];
  for (let level = 0; level < depthOf(leaves.length); ++level) {
    const below = levels[level]!;
    const above: Hex[] = [];
    for (let i = 0; i < below.length; i += 2) above.push(parent(below[i]!, below[i + 1] ?? emptyAt(level)));
    levels.push(above);
  }
  return levels;
}

export function rootOf(tree: readonly Hex[][]): Hex {
  return tree.at(-1)![0] ?? ZERO;
}

/** The siblings of leaf `index`, from the leaf upwards. */
export function pathOf(tree: readonly Hex[][], index: number): Hex[] {
  return tree.slice(0, -1).map((level, depth) => level[(index >> depth) ^ 1] ?? emptyAt(depth));
}

/** The root that a leaf with its path leads to. */
export function climb(leaf: Hex, index: number, path: readonly Hex[]): Hex {
  return path.reduce(
    (node, sibling, depth) => ((index >> depth) & 1 ? parent(sibling, node) : parent(node, sibling)),
    leaf,
  );
}

function parent(left: Hex, right: Hex): Hex {
  return hashHex(left.slice(2) + right.slice(2));
}

function emptyAt(depth: number): Hex {
  for (let known = EMPTY.length; known <= depth; ++known) EMPTY.push(parent(EMPTY[known - 1]!, EMPTY[known - 1]!));
  return EMPTY[depth]!;
}

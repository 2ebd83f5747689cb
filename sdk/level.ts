// SPDX-License-Identifier: MIT
import { ceilDiv, max } from "./arithmetic.js";
import { bigintOf, intOf, uintOf } from "./range.js";
import { price, type Price } from "./units.js";

/**
 * A node of an ADL queue: `exponent << 40 | index << 16 | generation`, key = (index - 2^23) * 2^exponent. Keys are
 * ranks: the entry level in the side's frame for longs, its negative for shorts; a lower rank is a larger gain. 0 is no
 * node.
 */
export type NodeId = bigint & { readonly nodeId: true };

export const NO_NODE = 0n as NodeId;

const INDEX_BIAS = 1n << 23n;
const GRANULE_BITS = 10n;
const RESIDUE_BITS = 24n;

/** floor(log2(x)); 0 for 0. */
function log2(x: bigint): bigint {
  return x === 0n ? 0n : BigInt(x.toString(2).length - 1);
}

/**
 * The level that a position of exact rank `rank` joins while the mark is `mark`: the next granule at or above, so that
 * the node's gain understates the position's; and how far the rank lies below it, in 2^-24 granule, floor.
 */
export function levelUp(rank: Price, mark: Price): { level: NodeId; residue: bigint } {
  intOf(rank, 256, "rank");
  bigintOf(mark, 1n, 2n ** 255n - 1n, "mark");
  const byMark = max(0n, log2(mark) - GRANULE_BITS);
  const byRank = max(0n, log2(max(1n, rank < 0n ? -rank : rank)) - 21n);
  const exponent = max(1n, max(byMark, byRank));
  const granule = 1n << exponent;
  const index = ceilDiv(rank, granule);
  const residue = ((index * granule - rank) << RESIDUE_BITS) / granule;
  return { level: ((exponent << 40n) | ((index + INDEX_BIAS) << 16n)) as NodeId, residue };
}

/** The key of a node, as a rank. */
export function rankOf(node: NodeId): Price {
  uintOf(node, 48, "node id");
  return price((((node >> 16n) & 0xffffffn) - INDEX_BIAS) * (1n << (node >> 40n)));
}

/** The exact rank of a position of this node that lies `residue` below its key. */
export function exactRank(node: NodeId, residue: bigint): Price {
  return price(rankOf(node) - ((uintOf(residue, 24, "residue") << (node >> 40n)) >> RESIDUE_BITS));
}

/** The node of the same level with another generation. */
export function withGeneration(node: NodeId, generation: bigint): NodeId {
  return (((uintOf(node, 48, "node id") >> 16n) << 16n) | uintOf(generation, 16, "generation")) as NodeId;
}

// SPDX-License-Identifier: MIT
import { NEW_FRAME, sizeDown } from "../frame.js";
import { abs } from "../arithmetic.js";
import type { NodeId } from "../level.js";
import { money, size, type Size } from "../units.js";
import type { Market, Position } from "./House.js";
import { sideOf } from "./lookup.js";

/** The position of a packed slot, `shares int88 | offset int96 | residue uint24 | node uint48`; undefined for none. */
export function unpackPosition(word: bigint): Position | undefined {
  if (word === 0n) return undefined;
  return {
    shares: BigInt.asIntN(88, word >> 168n),
    offset: money(BigInt.asIntN(96, word >> 72n)),
    residue: (word >> 48n) & 0xffffffn,
    node: (word & 0xffffffffffffn) as NodeId,
  };
}

/** The slot of a position. */
export function packPosition(position: Position | undefined): bigint {
  if (position === undefined) return 0n;
  const { shares, offset, residue, node } = position;
  return (BigInt.asUintN(88, shares) << 168n) | (BigInt.asUintN(96, offset) << 72n) | (residue << 48n) | node;
}

/** Its size, signed, the magnitude rounded down; 0 when it was torn up. */
export function sizeOf(market: Market, position: Position | undefined): Size {
  if (position === undefined) return size(0n);
  const longs = position.shares > 0n;
  const frame = sideOf(market, longs).nodes.get(position.node)?.frame ?? NEW_FRAME;
  const magnitude = sizeDown(frame, abs(position.shares));
  return longs ? magnitude : size(-magnitude);
}

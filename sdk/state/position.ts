// SPDX-License-Identifier: MIT
import { NEW_FRAME, sizeDown } from "../frame.js";
import { abs } from "../arithmetic.js";
import type { NodeId } from "../level.js";
import { intOf, uintOf } from "../range.js";
import { money, size, type Size } from "../units.js";
import type { Market, Position } from "./Venue.js";
import { sideOf } from "./lookup.js";

/** The position of a packed slot, `shares int88 | offset int96 | residue uint24 | node uint48`; undefined for none. */
export function unpackPosition(word: bigint): Position | undefined {
  if (uintOf(word, 256, "position") === 0n) return undefined;
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
  const high = BigInt.asUintN(88, intOf(shares, 88, "shares")) << 168n;
  const middle = BigInt.asUintN(96, intOf(offset, 96, "offset")) << 72n;
  return high | middle | (uintOf(residue, 24, "residue") << 48n) | uintOf(node, 48, "node id");
}

/** Its size, signed, the magnitude rounded down; 0 when it was torn up. */
export function sizeOf(market: Market, position: Position | undefined): Size {
  if (position === undefined) return size(0n);
  const longs = position.shares > 0n;
  const frame = sideOf(market, longs).nodes.get(position.node)?.frame ?? NEW_FRAME;
  const magnitude = sizeDown(frame, abs(position.shares));
  return longs ? magnitude : size(-magnitude);
}

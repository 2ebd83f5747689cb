// SPDX-License-Identifier: MIT
import { PPM, size, type Size } from "../units.js";
import { sideOf } from "../state/lookup.js";
import { indexInQueue, sizeOfNode } from "../state/queue.js";
import type { Market, Position } from "../state/Venue.js";

/** What a tear-up through the queue would take before it reaches a position's node. */
export interface QueuePlace {
  readonly ahead: Size;
  /** `ahead` as a share of all live size of the side, ppm, floor: 0 is the head of the queue. */
  readonly aheadShare: bigint;
  /** How many levels stand before. */
  readonly levels: number;
}

/** The place of a position in its side's ADL queue; undefined when it was torn up whole. */
export function placeInQueue(market: Market, position: Position): QueuePlace | undefined {
  const longs = position.shares > 0n;
  const side = sideOf(market, longs);
  const node = side.nodes.get(position.node);
  if (node === undefined || !node.linked) return undefined;
  const levels = indexInQueue(side, node);
  let ahead = 0n;
  for (let i = 0; i < levels; ++i) ahead += sizeOfNode(side.queue[i]!);
  const live = market.openInterest - (longs ? market.estateLong : market.estateShort);
  return { ahead: size(ahead), aheadShare: live === 0n ? 0n : (ahead * PPM) / live, levels };
}

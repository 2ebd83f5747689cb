// SPDX-License-Identifier: MIT
import { levelUp, rankOf } from "../level.js";
import { PPM, size, type Price, type Size } from "../units.js";
import type { NodeView } from "../views.js";

/**
 * Where a position would stand in its side's ADL queue, as it is now: what the other side of the trade does to it is
 * not known.
 */
export interface PlaceAhead {
  /** Size that a tear-up through the queue would take before it reaches the position's level. */
  readonly ahead: Size;
  /** `ahead` as a share of all live size of the side, the position counted, ppm, floor: 0 is the head. */
  readonly aheadShare: bigint;
  /** Levels before it. */
  readonly levels: number;
  /** False: the nodes given end before its place, and `ahead` is what they hold. */
  readonly complete: boolean;
}

/**
 * The place of a position of exact rank `rank` and magnitude `mine` among the nodes of a side, from its head
 * (`lens.queue`).
 * @param others All live size of the side but the account's own. @param own What the account has in one of the nodes,
 * which it leaves for its new level.
 */
export function placeAmong(
  nodes: readonly NodeView[],
  rank: Price,
  mark: Price,
  mine: Size,
  others: Size,
  own?: { readonly node: bigint; readonly size: Size },
): PlaceAhead {
  const key = rankOf(levelUp(rank, mark).level);
  let [ahead, levels, total, complete] = [0n, 0, 0n, false];
  for (const node of nodes) {
    const left = node.node === own?.node ? node.size - own.size : node.size;
    total += left;
    if (rankOf(node.node) >= key) complete = true;
    else if (left > 0n) [ahead, levels] = [ahead + left, levels + 1];
  }
  if (total >= others) complete = true; // nobody stands behind the last of them
  return { ahead: size(ahead), aheadShare: (ahead * PPM) / (others + mine), levels, complete };
}

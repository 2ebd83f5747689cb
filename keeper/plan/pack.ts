// SPDX-License-Identifier: MIT
import type { AnyAction } from "../actions/Kind.js";
import type { Planned } from "./planned.js";

/**
 * What of a plan to send for the next block: in order of urgency, whatever still fits into `gas` in all. An action that
 * locks a group, or that later ones count on, comes before them in the plan, so that leaving one out leaves out the
 * rest of its group as well.
 */
export function pack<A extends AnyAction & { readonly group?: number }>(
  list: readonly Planned<A>[],
  gas: number,
): Planned<A>[] {
  const short = new Set<number>();
  let left = gas;
  return list.filter(({ action: { group }, gas: needed }) => {
    if (group !== undefined && short.has(group)) return false;
    if (needed > left) {
      if (group !== undefined) short.add(group);
      return false;
    }
    left -= needed;
    return true;
  });
}

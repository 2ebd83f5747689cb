// SPDX-License-Identifier: MIT
import type { Need, Specification } from "./specification.js";
import { INTRINSIC, type Deed, type Touch, type Trace } from "./trace.js";

/** A slot of the transaction by name, and what of it is in the floor. */
export interface Slot {
  slot: bigint;
  members: string[];
  deed: Deed;
  gas: number;
  needed: number;
}

export interface Floor {
  gas: number;
  slots: Slot[];
  /** Members that the specification names and no slot of the transaction holds. */
  untouched: string[];
}

/** What the token and one feed use when they are called alone, their cold accounts included. */
export interface Alone {
  transfer: number;
  transferFrom: number;
  feed: number;
}

// EIP-2929, EIP-2200, EIP-3529.
export const COSTS: Record<Deed, number> = { read: 2_100, update: 5_000, fresh: 22_100, clear: 5_000 };
const CLEARED = 4_800;
const RECOVERY = 3_000;

/** What no implementation of the specification avoids, for the storage as it is and for what this transaction did. */
export function floorOf(
  trace: Trace,
  touches: (Touch & { members: string[] })[],
  venue: string,
  specification: Specification,
  alone: Alone,
): Floor {
  const slots: Slot[] = touches.map(({ slot, members, deed, gas }) => {
    return { slot, members, deed, gas, needed: 0 };
  });
  const untouched: string[] = [];
  let refunds = 0;
  for (const need of specification.slots) {
    const matches = slots.filter(({ members }) => members.some((member) => matcher(need).test(member)));
    if (matches.length === 0) untouched.push(need.slot);
    matches.sort((a, b) => costOf(need, b) - costOf(need, a));
    for (const slot of matches.slice(0, need.max ?? 1)) {
      const cost = costOf(need, slot);
      if (slot.deed === "clear" && cost > slot.needed && !need.only) refunds += CLEARED;
      slot.needed = Math.max(slot.needed, cost);
    }
  }
  const { token, feeds = 0, recoveries = 0 } = specification;
  const spent =
    INTRINSIC +
    trace.calldata +
    slots.reduce((sum, { needed }) => sum + needed, 0) +
    (token ? alone[token] : 0) +
    feeds * alone.feed +
    recoveries * RECOVERY +
    (trace.logs.get(venue) ?? 0);
  return { gas: spent - Math.min(refunds, Math.floor(spent / 5)), slots, untouched };
}

function costOf(need: Need, slot: Slot): number {
  return COSTS[need.only ?? slot.deed];
}

function matcher({ slot }: Need): RegExp {
  const escaped = slot.replace(/[.[\]]/g, "\\$&").replaceAll("*", "[^\\]]*");
  return new RegExp(`^${escaped}$`);
}

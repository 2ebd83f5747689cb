// SPDX-License-Identifier: MIT
import { keyOf } from "../actions/Action.js";
import { absorbsInLock, absorbsThatLock } from "../actions/absorb.js";
import { buy } from "../actions/buyInventory.js";
import { settle } from "../actions/deleverage.js";
import { unwind } from "../actions/fillOrder.js";
import { callsDue } from "../actions/marginCall.js";
import { callsInBatches } from "../actions/marginCalls.js";
import { netsInLock } from "../actions/net.js";
import { pokeOver, pokesFirst, pokesLast } from "../actions/poke.js";
import { recordsDue } from "../actions/recordCollateralPrice.js";
import { dueBatch } from "../actions/processBatch.js";
import { closings } from "./closings.js";
import { exchanges } from "./exchanges.js";
import { liquidations } from "./liquidations.js";
import { Means } from "./Means.js";
import type { Planned } from "./planned.js";
import type { GroupState, Snapshot } from "./Snapshot.js";

/**
 * What to do now, most urgent first. Depends on the snapshot alone. Each action is one transaction, sent in this
 * order. Absorbs, takeovers and margin calls are put together, as a call that fails in those takes no other with it.
 */
export function plan(snapshot: Snapshot): Planned[] {
  const means = new Means(snapshot.policy);
  const list = snapshot.groups.flatMap((group) => planGroup(snapshot, group, means));
  const sold = new Set(list.map(({ action }) => keyOf(action)));
  const closed = closings(snapshot).filter(({ action }) => !sold.has(keyOf(action)));
  list.push(...closed, ...dueBatch(snapshot), ...recordsDue(snapshot));
  return list.filter(({ wanted }) => wanted).sort((a, b) => a.urgency - b.urgency);
}

function planGroup(snapshot: Snapshot, group: GroupState, means: Means): Planned[] {
  if (group.markets.length === 0) return [];
  switch (group.phase) {
    case "SETTLING":
      return [settle(snapshot, group)];
    case "LOCKED":
      if (snapshot.time >= group.until)
        return [group.absorbed > 0 ? settle(snapshot, group) : pokeOver(snapshot, group)];
      return [...absorbsInLock(snapshot, group), ...netsInLock(snapshot, group), ...remedies(snapshot, group, means)];
    case "NORMAL":
      return planOpen(snapshot, group, means);
  }
}

function planOpen(snapshot: Snapshot, group: GroupState, means: Means): Planned[] {
  const first = pokesFirst(snapshot, group);
  if (first.length > 0) return first;
  const absorbs = absorbsThatLock(snapshot, group);
  if (absorbs.length > 0) return absorbs;
  return [...remedies(snapshot, group, means), ...ownTrade(snapshot, group, means), ...pokesLast(snapshot, group)];
}

/** Sales of what is pledged, liquidations, and calls of those that nobody takes. */
function remedies(snapshot: Snapshot, group: GroupState, means: Means): Planned[] {
  const sold = group.phase === "NORMAL" ? exchanges(snapshot, group, means) : [];
  const taken = liquidations(snapshot, group, means);
  return [...sold, ...taken, ...callsInBatches(snapshot, group, callsDue(snapshot, group, means))];
}

/** One trade of the keeper's own account in a group that is open: closes what it took over, else buys of the vault. */
function ownTrade(snapshot: Snapshot, group: GroupState, means: Means): Planned[] {
  const { own } = group;
  if (!own || !means.isUntouched(own.id)) return []; // first see what it took over
  for (const [index, market] of group.markets.entries()) {
    if (!market.open || !market.quote.fresh) continue;
    const choice = unwind(snapshot, own, market, index, means) ?? buy(snapshot, group, own, market, index, means);
    if (choice?.wanted) return [choice];
  }
  return [];
}

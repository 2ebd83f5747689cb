// SPDX-License-Identifier: MIT
import type { GroupId } from "../../sdk/order.js";
import { planned, type Planned } from "../plan/planned.js";
import { allowed } from "../plan/gas.js";
import type { GroupState, Snapshot } from "../plan/Snapshot.js";
import { debtOf } from "./absorb.js";
import { groupCause, groupSubject } from "./about.js";
import { CLEARINGHOUSE, type Kind } from "./Kind.js";

/** Brings a group up to date. */
export interface Poke {
  readonly kind: "poke";
  readonly group: number;
  readonly why: PokeWhy;
}

/** A jump, a lock that is over, a source that is to be noted as not usable or as usable again, anchors that are due. */
export type PokeWhy = "gap" | "over" | "source" | "anchors";

export const poke: Kind<Poke> = {
  kind: "poke",
  quiet: true,
  key: ({ group }) => String(group),
  subjects: ({ group }) => [groupSubject(group)],
  // No event tells that anchors moved on, and notes of sources end with it.
  cause: ({ group, why }, venue, look) => {
    const view = look.groups.get(BigInt(group) as GroupId);
    const notes = why === "source" ? ` ${view?.markets.map(({ staleSince }) => staleSince).join()}` : "";
    return `${groupCause(venue, group)} ${view?.group.anchorsDue} ${why}${notes}`;
  },
  // One that only moves the anchors on, or notes a source, can wait.
  rank: ({ why }) => (why === "anchors" || why === "source" ? 90 : 10),
  duty: ({ why }) => why !== "anchors",
  ownKey: false,
  sender: "anyone",
  gas: allowed(150_000),
  to: "clearinghouse",
  encode: ({ group }) => CLEARINGHOUSE.encodeFunctionData("poke", [group]),
};

/** What locks an open group, or ends a lock: the rest follows in the next look. */
export function pokesFirst(snapshot: Snapshot, group: GroupState): Planned<Poke>[] {
  // A lock that is over but that nobody has ended: its end counts from this poke, and an absorb has to wait for it.
  if (group.until > group.lastUnlock) return [plannedPoke(snapshot, group, "over")];
  return group.gapped ? [plannedPoke(snapshot, group, "gap")] : [];
}

/** A lock that is over, and gathered nobody. */
export function pokeOver(snapshot: Snapshot, group: GroupState): Planned<Poke> {
  return plannedPoke(snapshot, group, "over");
}

/**
 * What can wait. Since when a source is not usable is known on the chain by a poke alone, and a dead one can be
 * replaced an hour after it.
 */
export function pokesLast(snapshot: Snapshot, group: GroupState): Planned<Poke>[] {
  const unknown = group.markets.some(({ open, quote, staleSince }) => open && quote.fresh !== (staleSince === 0n));
  if (unknown) return [plannedPoke(snapshot, group, "source")];
  return mayMoveAnchors(snapshot, group) ? [plannedPoke(snapshot, group, "anchors")] : [];
}

/** Not while somebody owes what the winners since the anchors have gained. */
function mayMoveAnchors({ time }: Snapshot, group: GroupState): boolean {
  if (time < group.anchorsDue || time < group.absorbableFrom) return false;
  if (group.markets.some(({ quote }) => !quote.fresh)) return false;
  return group.traders.every((trader) => debtOf(group, trader) === 0n);
}

function plannedPoke(snapshot: Snapshot, group: GroupState, why: PokeWhy): Planned<Poke> {
  return planned(poke, snapshot, { kind: "poke", group: group.id, why }, group.markets.length);
}

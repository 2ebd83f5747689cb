// SPDX-License-Identifier: MIT
import { groupSubject } from "../../actions/about.js";
import { allowed } from "../../plan/gas.js";
import { groupIn, lockCause, OPTIONS, type OptionKind } from "./OptionKind.js";

/** A jump, a lock that is over, a source that is to be noted as not usable or as usable again, anchors that are due. */
export type PokeWhy = "gap" | "over" | "source" | "anchors";

/** Brings a group up to date. */
export interface Poke {
  readonly kind: "poke";
  readonly group: number;
  readonly why: PokeWhy;
}

export const poke: OptionKind<Poke> = {
  kind: "poke",
  quiet: true,
  key: ({ group }) => String(group),
  subjects: ({ group }) => [groupSubject(group)],
  // No event tells that anchors moved on, and notes of sources end with it.
  cause: ({ group, why }, scene) => {
    const view = groupIn(scene, group)?.view;
    const notes = why === "source" ? ` ${view?.staleSince}` : "";
    return `${lockCause(scene, group)} ${view?.anchorsDue} ${why}${notes}`;
  },
  // One that only moves the anchors on, or notes a source, can wait.
  rank: ({ why }) => (why === "anchors" || why === "source" ? 90 : 10),
  duty: ({ why }) => why !== "anchors",
  ownKey: false,
  sender: "anyone",
  gas: allowed(250_000),
  to: "clearinghouse",
  encode: ({ group }) => OPTIONS.encodeFunctionData("poke", [group]),
};

// SPDX-License-Identifier: MIT
import { allowed } from "../../plan/gas.js";
import { groupIn, OPTIONS, type OptionKind } from "./OptionKind.js";

/** Takes over the volatility level of the group's source. */
export interface PostLevel {
  readonly kind: "postLevel";
  readonly group: number;
}

export const postLevel: OptionKind<PostLevel> = {
  kind: "postLevel",
  key: ({ group }) => String(group),
  subjects: ({ group }) => [`level ${group}`],
  cause: ({ group }, scene) => String(groupIn(scene, group)?.view.levelTime),
  // Before a gap locks the group: frozen factors have the level that holds.
  rank: () => 8,
  duty: () => true,
  ownKey: false,
  sender: "anyone",
  gas: allowed(60_000),
  to: "clearinghouse",
  encode: ({ group }) => OPTIONS.encodeFunctionData("postLevel", [group]),
};

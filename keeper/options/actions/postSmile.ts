// SPDX-License-Identifier: MIT
import { allowed } from "../../plan/gas.js";
import { groupIn, OPTIONS, type OptionKind } from "./OptionKind.js";

/** Takes over the source's smile of a ladder. */
export interface PostSmile {
  readonly kind: "postSmile";
  readonly group: number;
  readonly ladder: number;
}

export const postSmile: OptionKind<PostSmile> = {
  kind: "postSmile",
  key: ({ group, ladder }) => `${group} ${ladder}`,
  subjects: ({ group, ladder }) => [`smile ${group} ${ladder}`],
  cause: ({ group, ladder }, scene) => {
    const found = groupIn(scene, group)?.view.expiries.find(({ place }) => place === BigInt(ladder));
    return `${found?.expiry} ${found?.smile}`;
  },
  rank: () => 70,
  duty: () => false,
  ownKey: false,
  sender: "anyone",
  gas: allowed(145_000),
  to: "clearinghouse",
  encode: ({ group, ladder }) => OPTIONS.encodeFunctionData("postSmile", [group, ladder]),
};

// SPDX-License-Identifier: MIT
import { allowed } from "../../plan/gas.js";
import { groupIn, OPTIONS, type OptionKind } from "./OptionKind.js";

/** Lists an expiry, at strikes that follow from the price, if the source has a smile for them. */
export interface List {
  readonly kind: "list";
  readonly group: number;
  /** Unix time. */
  readonly expiry: bigint;
}

export const list: OptionKind<List> = {
  kind: "list",
  key: ({ group, expiry }) => `${group} ${expiry}`,
  subjects: ({ group, expiry }) => [`expiry ${group} ${expiry}`],
  cause: ({ group }, scene) => (groupIn(scene, group)?.view.expiries ?? []).map(({ expiry }) => expiry).join(),
  rank: () => 95,
  duty: () => false,
  ownKey: false,
  sender: "anyone",
  gas: allowed(260_000),
  to: "clearinghouse",
  encode: ({ group, expiry }) => OPTIONS.encodeFunctionData("list", [group, expiry]),
};

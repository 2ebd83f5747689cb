// SPDX-License-Identifier: MIT
import { allowedEach } from "../../plan/gas.js";
import { groupIn, OPTIONS, type OptionKind } from "./OptionKind.js";

/** Adds up rounds of an expiry's average, until its price is fixed. */
export interface FixPrice {
  readonly kind: "fixPrice";
  readonly group: number;
  readonly ladder: number;
  readonly entries: readonly bigint[];
  readonly rounds: number;
}

/** A round is read only with gas to spare, whether it needs it or not. */
const SPARE = 700_000;
const GAS = allowedEach<FixPrice>(150_000 + SPARE, 12_000, ({ rounds }) => rounds);

export const fixPrice: OptionKind<FixPrice> = {
  kind: "fixPrice",
  key: ({ group, ladder }) => `${group} ${ladder}`,
  subjects: ({ group, ladder }) => [`fixing ${group} ${ladder}`],
  cause: ({ group, ladder }, scene) => {
    const found = groupIn(scene, group)?.view.expiries.find(({ place }) => place === BigInt(ladder));
    return `${found?.expiry} ${found?.round} ${found?.settlement}`;
  },
  rank: () => 18,
  // The time of all marks stands until it is done.
  duty: () => true,
  ownKey: false,
  sender: "anyone",
  gas: GAS,
  to: "clearinghouse",
  encode: ({ group, ladder, entries, rounds }) =>
    OPTIONS.encodeFunctionData("fixPrice", [group, ladder, [...entries], rounds]),
};

/** The most rounds of one call within `gas`; a window rarely has more than one a second. */
export function maxRounds(gas: number): number {
  return Math.max(1, Math.min(1_800, GAS.max(gas, 1)));
}

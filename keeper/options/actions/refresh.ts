// SPDX-License-Identifier: MIT
import type { SeriesId } from "../../../sdk/options/series.js";
import { digest } from "../../actions/about.js";
import { allowedEach } from "../../plan/gas.js";
import { groupIn, OPTIONS, type OptionKind } from "./OptionKind.js";

/** Computes and stores risk arrays that slices are about to need, each of which would compute them some times over. */
export interface Refresh {
  readonly kind: "refresh";
  readonly group: number;
  readonly series: readonly SeriesId[];
}

/** `option-refresh`: 28,379 gas an array of eight in a call, after its first. */
const GAS = allowedEach<Refresh>(80_000, 48_000, ({ series }) => series.length);

export const refresh: OptionKind<Refresh> = {
  kind: "refresh",
  key: ({ group, series }) => `${group} ${series.length} ${digest(series as never)}`,
  subjects: ({ group }) => [`arrays ${group}`],
  cause: ({ group }, scene) =>
    (groupIn(scene, group)?.view.expiries ?? []).map(({ place, arraysFresh }) => `${place}/${arraysFresh}`).join(),
  rank: () => 39,
  duty: () => false,
  // From the key that takes the slices, so that it comes before them.
  ownKey: true,
  sender: "anyone",
  gas: GAS,
  to: "clearinghouse",
  encode: ({ series }) => OPTIONS.encodeFunctionData("refresh", [[...series]]),
};

/** The most series of one refresh within `gas`. */
export function maxRefreshed(gas: number): number {
  return Math.max(1, GAS.max(gas, 1));
}

// SPDX-License-Identifier: MIT
import type { AccountId } from "../../../sdk/order.js";
import type { SeriesId } from "../../../sdk/options/series.js";
import { seriesIndex } from "../../../sdk/options/series.js";
import { digest } from "../../actions/about.js";
import { allowedEach } from "../../plan/gas.js";
import { groupIn, OPTIONS, type OptionKind } from "./OptionKind.js";

/** A position that is worth the same from now on. */
export interface Due {
  readonly account: AccountId;
  readonly series: SeriesId;
}

/** Pays expired positions to their accounts: one that fails by then is reported, the others stand. */
export interface Collect {
  readonly kind: "collect";
  readonly group: number;
  readonly due: readonly Due[];
}

/** 13 in one call took 731,663 on the everyday build, 7 took 447,000. */
const GAS = allowedEach<Collect>(110_000, 55_000, ({ due }) => due.length);

export const collect: OptionKind<Collect> = {
  kind: "collect",
  quiet: true,
  key: ({ group, due }) => `${group} ${due.length} ${digest(due.map(nameOf) as never)}`,
  subjects: ({ due }) => due.map((each) => `collect ${nameOf(each)}`),
  cause: ({ group }, scene) => String(groupIn(scene, group)?.view.lastUnlock),
  rank: () => 80,
  duty: () => false,
  ownKey: false,
  sender: "anyone",
  gas: GAS,
  to: "clearinghouse",
  encode: ({ due }) => {
    const calls = due.map(({ account, series }) => OPTIONS.encodeFunctionData("collect", [account, series]));
    return calls.length === 1 ? calls[0]! : OPTIONS.encodeFunctionData("tryMulticall", [calls]);
  },
  many: {
    work: ({ group }) => `collect ${group}`,
    without: (action, busy) => {
      const due = action.due.filter((each) => !busy.has(`collect ${nameOf(each)}`));
      return due.length === 0 ? undefined : { ...action, due };
    },
    isDone: ({ group, due }, scene) =>
      due.every(({ account, series }) => {
        const held = groupIn(scene, group)?.healths.get(account)?.held ?? 0n;
        return ((held >> seriesIndex(series)) & 1n) === 0n;
      }),
  },
};

/** The most positions of one call within `gas`. */
export function maxCollected(gas: number): number {
  return Math.max(1, GAS.max(gas, 1));
}

function nameOf({ account, series }: Due): string {
  return `${account} ${series}`;
}

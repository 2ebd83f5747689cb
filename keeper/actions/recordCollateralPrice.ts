// SPDX-License-Identifier: MIT
import { abs } from "../../sdk/arithmetic.js";
import { PPM } from "../../sdk/units.js";
import { allowed } from "../plan/gas.js";
import { planned, type Planned } from "../plan/planned.js";
import type { CollateralState, Snapshot } from "../plan/Snapshot.js";
import { COLLATERAL, type Kind } from "./Kind.js";
import { debtOf } from "./absorb.js";

/** Records a collateral's price: its recorded price becomes its anchor. */
export interface RecordCollateralPrice {
  readonly kind: "recordCollateralPrice";
  readonly collateral: bigint;
}

export const recordCollateralPrice: Kind<RecordCollateralPrice> = {
  kind: "recordCollateralPrice",
  quiet: true,
  key: ({ collateral }) => String(collateral),
  subjects: ({ collateral }) => [`collateral ${collateral}`],
  cause: ({ collateral }, venue) => String(venue.collaterals.get(collateral)?.recordedAt),
  rank: () => 88,
  duty: () => false,
  ownKey: false,
  sender: "anyone",
  gas: allowed(90_000),
  to: "clearinghouse",
  encode: ({ collateral }) => COLLATERAL.encodeFunctionData("recordCollateralPrice", [collateral]),
};

/** ppm: a price that has moved by less is not worth a transaction. */
const MOVE = 2_500n;

/** Prices that moved, once they are due: none in a lock, where the clearinghouse refuses, nor while somebody owes. */
export function recordsDue(snapshot: Snapshot): Planned<RecordCollateralPrice>[] {
  const { time, venue, groups, collaterals, undisturbedFrom } = snapshot;
  const isQuiet = groups.every(({ phase, gapped }) => phase === "NORMAL" && !gapped);
  if (!isQuiet || time < undisturbedFrom) return [];
  if (groups.some((group) => group.traders.some((trader) => debtOf(group, trader) > 0n))) return [];
  const due = collaterals.filter((each) => each.fresh && time >= each.recordedAt + venue.lockDelay && hasMoved(each));
  return due.map(({ id }) =>
    planned(recordCollateralPrice, snapshot, { kind: "recordCollateralPrice", collateral: id }, 1),
  );
}

function hasMoved({ live, anchor, recordedPrice }: CollateralState): boolean {
  return [anchor, recordedPrice].some((price) => abs(live - price) * PPM >= price * MOVE);
}

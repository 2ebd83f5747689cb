// SPDX-License-Identifier: MIT
import { abs, priceShareDown } from "../../sdk/arithmetic.js";
import { LINE_DELAY, closingSince } from "../../sdk/margin/offer.js";
import { money } from "../../sdk/units.js";
import { exchangeWithLine, type ExchangeWithLine } from "../actions/exchangeWithLine.js";
import { planned, type Planned } from "./planned.js";
import type { CollateralState, Snapshot } from "./Snapshot.js";

/** Sales of one look: what is left waits for the next. */
const AT_ONCE = 10;
/** They come after everything that is urgent. */
const DANGER = Number.MAX_SAFE_INTEGER;

/**
 * Of a collateral that is closing the line buys all that others left in the first hour of an offer. As the contract
 * has it: not in a recovery, nor while a group is locked or jumps, and only near the floor.
 */
export function closings(snapshot: Snapshot): Planned<ExchangeWithLine>[] {
  const { time, groups, collaterals, inRecovery, undisturbedFrom } = snapshot;
  const isQuiet = groups.every(({ phase, gapped }) => phase === "NORMAL" && !gapped);
  if (inRecovery || !isQuiet || time < undisturbedFrom) return [];
  return collaterals
    .filter((each) => isBoughtByLine(each, time))
    .flatMap(({ id: collateral, pledgers }) => pledgers.map((account) => ({ account, collateral })))
    .slice(0, AT_ONCE)
    .map((sale) => ({ kind: "exchangeWithLine", ...sale }) as const)
    .map((action) => planned(exchangeWithLine, snapshot, action, groups.length, money(0n), DANGER));
}

function isBoughtByLine(collateral: CollateralState, time: bigint): boolean {
  const { live, fresh, floor, haircut } = collateral;
  const since = closingSince(collateral, time);
  if (since === 0n || time < since + LINE_DELAY || !fresh) return false;
  return abs(live - floor) <= priceShareDown(floor, haircut / 2n);
}

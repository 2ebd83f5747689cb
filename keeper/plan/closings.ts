// SPDX-License-Identifier: MIT
import { lineBuysClosing } from "../../sdk/margin/offer.js";
import { money } from "../../sdk/units.js";
import { exchangeWithLine, type ExchangeWithLine } from "../actions/exchangeWithLine.js";
import { planned, type Planned } from "./planned.js";
import type { Snapshot } from "./Snapshot.js";

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
    .filter((each) => lineBuysClosing(each, each.haircut, time))
    .flatMap(({ id: collateral, pledgers }) => pledgers.map((account) => ({ account, collateral })))
    .slice(0, AT_ONCE)
    .map((sale) => ({ kind: "exchangeWithLine", ...sale }) as const)
    .map((action) => planned(exchangeWithLine, snapshot, action, groups.length, money(0n), DANGER));
}

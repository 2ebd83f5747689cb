// SPDX-License-Identifier: MIT
import type { GroupStatus } from "../../run/Status.js";
import { phaseOf, type GroupScene } from "../look/Scene.js";

/** A group as `/health` tells it. There are no margin calls. Its marks are the price, and the level of volatility. */
export function groupStatus({ id, view, atRisk }: GroupScene): GroupStatus {
  const insolvent = atRisk.filter(({ equity }) => equity < 0n).length;
  const below = atRisk.filter(({ equity, maintenance }) => equity < maintenance).length;
  const { spot, level } = view.live;
  return {
    group: Number(id),
    phase: phaseOf(view),
    gapped: view.gapped,
    absorbed: Number(view.absorbed),
    belowCall: 0,
    liquidatable: below - insolvent,
    insolvent,
    marks: [(Number(spot) / 1e18).toPrecision(8), (Number(level) / 1e9).toPrecision(6)],
  };
}

// SPDX-License-Identifier: MIT
import { play, type Play } from "./play.js";
import type { CascadeRow, Outcome } from "./result.js";
import { marketParameters } from "./parameters.js";
import type { Stage } from "./Stage.js";

/** Initial margin of all: a liquidation, which restores initial margin, then closes all but a fortieth of the position or the whole. */
const WHOLE = 1_000_000;

/**
 * The same prices from the same house four times: with and without the impact of what is liquidated, and closing the least that restores initial
 * margin, as the contracts do, or everything, for which initial margin is raised to the whole notional when all positions are open.
 * Also returns the outcome as shipped, with impact.
 */
export async function cascades(
  stage: Stage,
  run: Play,
  done: () => void = () => {},
): Promise<{ outcome: Outcome; rows: CascadeRow[] }> {
  const rows: CascadeRow[] = [];
  let outcome: Outcome | undefined;
  let snapshot = await stage.snapshot();
  for (const closes of ["least", "whole"] as const) {
    for (const impact of [true, false]) {
      if (closes === "whole") await closeWhole(stage);
      const { impact: curve, ...still } = run;
      const one = await play(stage, impact && curve ? { ...still, impact: curve } : still);
      outcome ??= one;
      rows.push(rowOf(closes, impact, one));
      snapshot = await stage.restore(snapshot);
      done();
    }
  }
  return { outcome: outcome!, rows };
}

async function closeWhole(stage: Stage): Promise<void> {
  const params = { ...marketParameters(stage.setting.parameters), initialMargin: WHOLE };
  await stage.must(
    stage.markets.map(({ id }) => stage.call(stage.deployed.clearinghouse, "setMarketParams", [id, params])),
  );
}

function rowOf(closes: CascadeRow["closes"], impact: boolean, { waterfall, lowest }: Outcome): CascadeRow {
  const { toOrders, toKeeper, toVault, liquidations, absorbed, deficit } = waterfall;
  return { closes, impact, liquidated: toOrders + toKeeper + toVault, liquidations, absorbed, deficit, lowest };
}

// SPDX-License-Identifier: MIT
import { play, type Play } from "./play.js";
import type { CascadeRow, Outcome } from "./result.js";
import { marketParameters } from "./parameters.js";
import type { Stage } from "./Stage.js";

/**
 * Initial margin of all: a liquidation, which restores initial margin, then closes all but a fortieth of the position
 * or the whole.
 */
const WHOLE = 1_000_000;

/** Books of this many times the depth of the run's curve. */
const BOOKS: readonly [CascadeRow["book"], number][] = [
  ["thin", 1],
  ["twice as deep", 2],
  ["bottomless", Infinity],
];

/**
 * The same prices from the same venue: books of several depths, and liquidations that close the least that restores
 * initial margin, as the contracts do, or everything, for which initial margin is raised to the whole notional when all
 * positions are open. Also returns the outcome as shipped with the thin book.
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
    for (const [book, times] of BOOKS) {
      if (closes === "whole") await closeWhole(stage);
      const one = await play(stage, inBook(run, times));
      outcome ??= one;
      rows.push(rowOf(closes, book, one));
      snapshot = await stage.restore(snapshot);
      done();
    }
  }
  return { outcome: outcome!, rows };
}

function inBook({ impact, ...still }: Play, times: number): Play {
  if (!impact || times === Infinity) return still;
  const curve = impact.curve.map(({ distance, notional }) => ({ distance, notional: notional * times }));
  return { ...still, impact: { ...impact, curve } };
}

async function closeWhole(stage: Stage): Promise<void> {
  const params = { ...marketParameters(stage.setting.parameters), initialMargin: WHOLE };
  await stage.must(
    stage.markets.map(({ id }) => stage.call(stage.deployed.clearinghouse, "setMarketParams", [id, params])),
  );
}

function rowOf(closes: CascadeRow["closes"], book: CascadeRow["book"], { waterfall, lowest }: Outcome): CascadeRow {
  const { toOrders, toKeeper, toVault, liquidations, absorbed, deficit } = waterfall;
  return { closes, book, liquidated: toOrders + toKeeper + toVault, liquidations, absorbed, deficit, lowest };
}

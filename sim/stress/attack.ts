// SPDX-License-Identifier: MIT
import { seeded } from "../../tools/random.js";
import type { ReadArtifact } from "../venue/deployVenue.js";
import { toNano, toPrice } from "../venue/units.js";
import { DEFAULTS, type Parameters } from "./parameters.js";
import { play } from "./play.js";
import { crowd } from "./population.js";
import type { AttackRow } from "./result.js";
import { openStage } from "./openStage.js";
import type { Guest, Stage } from "./Stage.js";

// One person is long in one account and short in another. He lets the long drift to maintenance margin and waits for a
// jump: what it cannot pay others pay to his short, less his own part of the charge.

export interface AttackSet {
  name: string;
  share: number;
  parameters: Parameters;
}

export const GAPS: readonly number[] = [0.03, 0.05, 0.1, 0.2, 0.4];

export const ATTACK_SETS: readonly AttackSet[] = [
  set("as shipped", 0.5, {}),
  set("as shipped, he is 90% of the market", 0.9, {}),
  set("no vault", 0.5, { vault: 0 }),
  set("vault of 3%", 0.5, { vault: 30_000 }),
  set("IM 10%, MM 6%", 0.5, { initialMargin: 100_000, maintenanceMargin: 60_000 }),
  set("IM 10%, MM 7.5%", 0.5, { initialMargin: 100_000, maintenanceMargin: 75_000 }),
  set("IM 3%, MM 2%", 0.5, { initialMargin: 30_000, maintenanceMargin: 20_000, gapThreshold: 14_000 }),
];

const HONEST = 16;
const HONEST_LEVERAGE = 2; // nobody else defaults, up to the largest gap
const SPARE = 0.001; // of notional, above what opening and drifting need
const FEES = 500; // ppm of notional: taker and maker

function set(name: string, share: number, changed: Partial<Parameters>): AttackSet {
  return { name, share, parameters: { ...DEFAULTS, ...changed } };
}

/** Every gap, each from the same moment of the same venue. */
export async function attack(
  { name, share, parameters }: AttackSet,
  gaps: readonly number[],
  seed: number,
  artifact: ReadArtifact,
): Promise<AttackRow[]> {
  const people = crowd(seeded(seed), { accounts: HONEST, groups: [["BTC"]], maxLeverage: HONEST_LEVERAGE });
  // The vault is a part of all open interest, his included.
  const funded = { ...parameters, vault: parameters.vault / (1 - share) };
  const stage = await openStage(
    { groups: [["BTC"]], people, parameters: funded, makers: 0, keeper: 0, seed },
    artifact,
  );
  try {
    const notional = (stage.interest * share) / (1 - share);
    const both = await enter(stage, notional, parameters);
    let snapshot = await stage.snapshot();
    const rows: AttackRow[] = [];
    for (const gap of gaps) {
      rows.push(await jump(stage, { name, share, parameters }, both, gap));
      snapshot = await stage.restore(snapshot);
    }
    return rows;
  } finally {
    stage.stop();
  }
}

interface Both {
  loser: Guest;
  winner: Guest;
  /** At the mark from which the gap opens, quote. */
  notional: number;
}

/** Opens both sides and walks the mark, without a gap, to where the long is a little above maintenance margin. */
async function enter(stage: Stage, notional: number, parameters: Parameters): Promise<Both> {
  const [initial, maintenance] = [parameters.initialMargin / 1e6, parameters.maintenanceMargin / 1e6];
  const market = stage.market("BTC");
  const loser = await stage.join("loser", notional * (initial + SPARE));
  const winner = await stage.join("winner", notional * 2 * initial);
  const size = toNano(notional / market.first);
  await stage.must([
    stage.match(market, [{ member: winner, size: -size, limit: toPrice(market.first) }], { taker: loser }),
  ]);

  const target = maintenance + SPARE / 2;
  const equity = initial + SPARE - FEES / 1e6;
  const fall = (equity - target) / (1 - target);
  const delay = parameters.lockDelay + 1;
  const poke = stage.poke(market.group);
  const steps = Math.ceil(fall / ((parameters.gapThreshold / 1e6) * 0.4));
  for (let step = 1; step <= steps + 2; ++step) {
    const factor = 1 - (fall * Math.min(step, steps)) / steps;
    await stage.setMark(market, market.first * factor, stage.now + delay);
    await stage.must([poke]);
  }
  // What follows is measured from here.
  market.first = market.mark;
  return { loser, winner, notional: notional * (1 - fall) };
}

async function jump(stage: Stage, { name, share, parameters }: AttackSet, both: Both, gap: number): Promise<AttackRow> {
  const path = [
    [0, 1],
    [12, 1 - gap],
    [36, 1 - gap],
  ] as const;
  const { waterfall, worstCharge, broken } = await play(stage, { paths: { BTC: path } });
  const views = await stage.deployed.lens.accounts(stage.deployed.clearinghouse, [
    both.loser.account,
    both.winner.account,
  ]);
  const left = views.reduce((sum, { equity }) => sum + Math.max(0, Number(equity) / 1e9), 0);
  const gain = left - both.loser.deposited - both.winner.deposited;
  const own = worstCharge.ofMark * (1 - gap) * both.notional;
  return {
    set: name,
    parameters,
    share,
    gap,
    broken,
    gain: gain / both.notional,
    byVault: waterfall.vaultPaid / both.notional,
    byWinners: Math.max(0, waterfall.charged - own) / both.notional,
  };
}

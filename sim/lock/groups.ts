// SPDX-License-Identifier: MIT
import { normal, seeded, type Random } from "../../tools/random.js";
import { Fraction } from "./Fraction.js";
import { DEFAULTS, LockModel, REPAIRED, Revert, VAULT } from "./LockModel.js";
import { resolve } from "./play.js";

/** Random groups that jump once, each settled twice: gross (nobody registers) and net (all do). */
export interface GroupsOptions {
  readonly groups: number;
  readonly markets: number;
  /** Standard deviation of the jump, part of the mark. */
  readonly deviation: number;
  /** Part of the accounts that hold one market against another. */
  readonly hedgers: number;
  readonly seed: number;
}

export interface Charged {
  /** Live accounts below zero after the charge that were not before it. */
  secondDefaults: number;
  /** Accounts that end below the lesser of their equities at anchors and frozen marks. */
  below: number;
  shortfall: number;
  /** Sum over the groups of the share that the charge takes of a gain. */
  theta: number;
  largestTheta: number;
  /** Paid by accounts without a losing leg, and by those with one, quote. */
  paidByOthers: number;
  paidByHedged: number;
}

export interface GroupsResult {
  settlements: number;
  firstDefaults: number;
  deficit: number;
  readonly gross: Charged;
  readonly net: Charged;
}

const PEOPLE = 14;

export function groups(options: GroupsOptions): GroupsResult {
  const random = seeded(options.seed);
  const none = (): Charged => ({
    secondDefaults: 0,
    below: 0,
    shortfall: 0,
    theta: 0,
    largestTheta: 0,
    paidByOthers: 0,
    paidByHedged: 0,
  });
  const result: GroupsResult = { settlements: 0, firstDefaults: 0, deficit: 0, gross: none(), net: none() };
  for (let i = 0; i < options.groups; i++) {
    const model = drawn(options, random);
    model.poke();
    if (model.phase === "NORMAL") continue;
    const absorbable = model.accounts.filter((_, id) => model.absorbable(id)).length;
    if (absorbable === 0) continue;
    result.settlements += 1;
    result.firstDefaults += absorbable;
    settle(model.clone(), false, result.gross);
    result.deficit += settle(model, true, result.net);
  }
  return result;
}

function settle(model: LockModel, registering: boolean, into: Charged): number {
  const before = model.accounts.map((_, id) => ({
    frozen: model.equity(id, model.frozen()),
    anchor: model.equity(id, model.anchors()),
    hedged: model.lossOfJump(id).sign > 0,
  }));
  resolve(model, (ids) => ids, 1_000_000, true, registering);
  const settlement = model.settlements.at(-1);
  if (settlement === undefined) throw new RangeError("the lock was not settled");
  before.forEach(({ frozen, anchor, hedged }, id) => {
    if (frozen.sign < 0) return; // absorbed
    const after = model.equity(id, model.anchors());
    if (after.sign < 0) into.secondDefaults += 1;
    if (after.lt(anchor) && after.lt(frozen)) into.below += 1;
    const paid = frozen.minus(after).toNumber();
    if (hedged) into.paidByHedged += paid;
    else into.paidByOthers += paid;
  });
  into.shortfall += settlement.shortfall.toNumber();
  into.theta += settlement.theta.toNumber();
  into.largestTheta = Math.max(into.largestTheta, settlement.theta.toNumber());
  return settlement.deficit.toNumber();
}

/** A group of accounts near initial margin, all solvent, whose marks have just jumped. */
function drawn({ markets, deviation, hedgers }: GroupsOptions, random: Random): LockModel {
  const below = (n: number) => Math.floor(random() * n);
  const marks = Array.from({ length: markets }, () => Fraction.of(1_000));
  const model = new LockModel(REPAIRED, { ...DEFAULTS, bandBps: 0 }, marks, PEOPLE + 1);
  for (let id = 1; id <= PEOPLE; id++) model.deposit(id, Fraction.of(20_000 + below(80_000)));
  const trade = (id: number, k: number, long: boolean) => {
    const other = 1 + below(PEOPLE);
    const size = Fraction.of(20 + below(180));
    try {
      model.fill(long ? id : other, long ? other : id, k, size, Fraction.of(1_000));
    } catch (error) {
      if (!(error instanceof Revert)) throw error;
    }
  };
  for (let round = 0; round < 8; round++) {
    for (let id = 1; id <= PEOPLE; id++) {
      if (id === VAULT) continue;
      const k = below(markets);
      const long = random() < 0.5;
      trade(id, k, long);
      if (id <= hedgers * PEOPLE && markets > 1) trade(id, (k + 1 + below(markets - 1)) % markets, !long);
    }
  }
  // One factor moves all markets, and each has as much of its own.
  const common = normal(random);
  for (const market of model.markets) {
    const move = deviation * Math.SQRT1_2 * (common + normal(random));
    market.live = Fraction.of(Math.max(50, Math.round(1_000 * (1 + move))));
  }
  return model;
}

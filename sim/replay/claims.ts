// SPDX-License-Identifier: MIT
import type { Claim } from "./result.js";
import type { ChainRound } from "./rounds.js";
import type { Settlement } from "./settlement.js";

const OVERSHOOT = 1e-4; // of the budget
const UNIT = 1e-9; // of base and of quote

/** What we promise of every settlement, held against the figures. */
export function checkSettlements(mode: string, settlements: readonly Settlement[]): Claim[] {
  const { claim, max } = judge(mode, settlements);
  const overshoot = ({ metrics: { taken, needed } }: Settlement) => (needed === 0 ? taken : (taken - needed) / needed);
  const capacity = ({ metrics, jump, holders }: Settlement) =>
    jump * holders.reduce((sum, { standing }) => sum + standing.size, 0) - metrics.needed;
  return [
    claim(
      "overshoot at execution at most 0.01% of the budget",
      (each) => overshoot(each) > OVERSHOOT,
      `largest ${percent(max(overshoot))}`,
    ),
    claim(
      "nothing is left uncovered while the jump's gains suffice",
      (each) => capacity(each) >= 0 && each.shortfall > 0,
      `shortfall ${max(({ shortfall }) => shortfall)}`,
    ),
    claim(
      "the same charge per unit for a whole side",
      (each) => each.metrics.haircutSpread * each.metrics.mark > rounding(each),
      `largest spread ${max(({ metrics }) => metrics.haircutSpread).toExponential(1)} of the mark`,
    ),
    claim(
      "nobody ends below his equity at the anchor",
      ({ metrics }) => metrics.belowAnchor > 0,
      `${max(({ metrics }) => metrics.belowAnchor)} accounts`,
    ),
    claim(
      "losers are closed only when every winner is",
      ({ metrics }) => metrics.losersClosed > 1e-6 * metrics.closed,
      `${max(({ metrics }) => metrics.losersClosed)} closed before`,
    ),
    claim(
      "one deleverage a round, however many defaulters",
      ({ transactions }) => transactions !== 1,
      `at most ${max(({ transactions }) => transactions)}, for up to ${max(({ defaulters }) => defaulters)} defaulters`,
    ),
  ];
}

/**
 * By how much a unit's haircut may differ: a size is read to a unit, and so its gain in the jump; an equity to a unit
 * before and after.
 */
function rounding({ jump, holders }: Settlement): number {
  const smallest = holders.reduce((min, { standing }) => Math.min(min, standing.size), Infinity);
  return (2 * UNIT * jump + 4 * UNIT) / smallest;
}

/** The same of the rounds, and that they were what they should be. */
export function checkClaims(mode: string, rounds: readonly ChainRound[]): Claim[] {
  const { claim, max } = judge(mode, rounds);
  const madeWrong = ({ round, deficit, others }: ChainRound) =>
    others === 0 ? Math.abs(deficit - round.qty * round.gap) / (round.qty * round.gap) : 0;
  return [
    claim(
      "the defaulters owe qty * gap at the frozen mark, within 0.01%",
      (round) => madeWrong(round) > OVERSHOOT,
      `largest deviation ${percent(max(madeWrong))}`,
    ),
    ...checkSettlements(mode, rounds),
    claim(
      "in the lock a winner cannot close before the bill",
      ({ leaving }) => leaving.locked === undefined,
      "refused in every lock",
    ),
  ];
}

function judge<T extends Settlement>(mode: string, list: readonly T[]) {
  const claim = (name: string, breaks: (each: T) => boolean, found: string): Claim => {
    const broken = list.filter(breaks);
    const where = broken.length === 0 ? "" : `; broken ${broken.map(placeOf).join(", ")}`;
    return { name: `${mode}: ${name}`, holds: broken.length === 0, found: found + where };
  };
  const max = (value: (each: T) => number) => list.reduce((largest, each) => Math.max(largest, value(each)), 0);
  return { claim, max };
}

function placeOf({ metrics: { asset, time } }: Settlement): string {
  return `${asset} ${new Date(time * 1000).toISOString().slice(11, 19)}`;
}

function percent(share: number): string {
  return `${(share * 100).toPrecision(2)}%`;
}

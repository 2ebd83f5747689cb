// SPDX-License-Identifier: MIT
import type { Claim } from "./result.js";
import type { ChainRound } from "./rounds.js";
import type { Settlement } from "./settlement.js";

const OVERSHOOT = 1e-4; // of the budget
const SPREAD = 1e-9; // of the mark: what rounding does to the smallest positions

/** What we promise of every settlement, held against the figures. */
export function checkSettlements(mode: string, settlements: readonly Settlement[]): Claim[] {
  const { claim, most } = judge(mode, settlements);
  const overshoot = ({ metrics: { taken, needed } }: Settlement) => (needed === 0 ? taken : (taken - needed) / needed);
  const capacity = ({ metrics, jump, holders }: Settlement) =>
    jump * holders.reduce((sum, { standing }) => sum + standing.size, 0) - metrics.needed;
  return [
    claim(
      "overshoot at execution at most 0.01% of the budget",
      (each) => overshoot(each) > OVERSHOOT,
      `largest ${percent(most(overshoot))}`,
    ),
    claim(
      "nothing is left uncovered while the jump's gains suffice",
      (each) => capacity(each) >= 0 && each.shortfall > 0,
      `shortfall ${most(({ shortfall }) => shortfall)}`,
    ),
    claim(
      "the same charge per unit for a whole side",
      ({ metrics }) => metrics.haircutSpread > SPREAD,
      `largest spread ${most(({ metrics }) => metrics.haircutSpread).toExponential(1)} of the mark`,
    ),
    claim(
      "nobody ends below his equity at the anchor",
      ({ metrics }) => metrics.belowAnchor > 0,
      `${most(({ metrics }) => metrics.belowAnchor)} accounts`,
    ),
    claim(
      "losers are closed only when every winner is",
      ({ metrics }) => metrics.losersClosed > 1e-6 * metrics.closed,
      `${most(({ metrics }) => metrics.losersClosed)} closed before`,
    ),
    claim(
      "one deleverage a round, however many defaulters",
      ({ transactions }) => transactions !== 1,
      `at most ${most(({ transactions }) => transactions)}, for up to ${most(({ defaulters }) => defaulters)} defaulters`,
    ),
  ];
}

/** The same of the rounds, and that they were what they should be. */
export function checkClaims(mode: string, rounds: readonly ChainRound[]): Claim[] {
  const { claim, most } = judge(mode, rounds);
  const madeWrong = ({ round, deficit, others }: ChainRound) =>
    others === 0 ? Math.abs(deficit - round.qty * round.gap) / (round.qty * round.gap) : 0;
  return [
    claim(
      "the defaulters owe qty * gap at the frozen mark, within 0.01%",
      (round) => madeWrong(round) > OVERSHOOT,
      `largest deviation ${percent(most(madeWrong))}`,
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
  const most = (value: (each: T) => number) => list.reduce((largest, each) => Math.max(largest, value(each)), 0);
  return { claim, most };
}

function placeOf({ metrics: { asset, time } }: Settlement): string {
  return `${asset} ${new Date(time * 1000).toISOString().slice(11, 19)}`;
}

function percent(share: number): string {
  return `${(share * 100).toPrecision(2)}%`;
}

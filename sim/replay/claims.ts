// SPDX-License-Identifier: MIT
import type { Claim } from "./result.js";
import type { ChainRound } from "./rounds.js";

const OVERSHOOT = 1e-4; // of the budget
const SPREAD = 1e-9; // of the mark: what rounding does to the smallest positions

/** What we promise of every round on the contracts, held against the figures. */
export function checkClaims(mode: string, rounds: readonly ChainRound[]): Claim[] {
  const claim = (name: string, broken: ChainRound[], found: string): Claim => ({
    name: `${mode}: ${name}`,
    holds: broken.length === 0,
    found: broken.length === 0 ? found : `${found}; broken ${broken.map(placeOf).join(", ")}`,
  });
  const most = (value: (round: ChainRound) => number) =>
    rounds.reduce((largest, round) => Math.max(largest, value(round)), 0);
  const overshoot = ({ metrics: { taken, needed } }: ChainRound) => (taken - needed) / needed;
  const capacity = ({ metrics, jump, holders }: ChainRound) =>
    jump * holders.reduce((sum, { standing }) => sum + standing.size, 0) - metrics.needed;
  const madeWrong = ({ round, deficit, others }: ChainRound) =>
    others === 0 ? Math.abs(deficit - round.qty * round.gap) / Math.max(1, round.qty * round.gap) : 0;
  return [
    claim(
      "the defaulters owe qty * gap at the frozen mark, within 0.01%",
      rounds.filter((round) => madeWrong(round) > OVERSHOOT),
      `largest deviation ${percent(most(madeWrong))}`,
    ),
    claim(
      "overshoot at execution at most 0.01% of the budget",
      rounds.filter((round) => overshoot(round) > OVERSHOOT),
      `largest ${percent(most(overshoot))}`,
    ),
    claim(
      "nothing is left uncovered while the jump's gains suffice",
      rounds.filter((round) => capacity(round) >= 0 && round.shortfall > 0),
      `shortfall ${most(({ shortfall }) => shortfall)}`,
    ),
    claim(
      "the same charge per unit for a whole side",
      rounds.filter(({ metrics }) => metrics.haircutSpread > SPREAD),
      `largest spread ${most(({ metrics }) => metrics.haircutSpread).toExponential(1)} of the mark`,
    ),
    claim(
      "nobody ends below his equity at the anchor",
      rounds.filter(({ metrics }) => metrics.belowAnchor > 0),
      `${most(({ metrics }) => metrics.belowAnchor)} accounts`,
    ),
    claim(
      "losers are closed only when every winner is",
      rounds.filter(({ metrics }) => metrics.losersClosed > 1e-6 * metrics.closed),
      `${most(({ metrics }) => metrics.losersClosed)} closed before`,
    ),
    claim(
      "one deleverage a round, however many defaulters",
      rounds.filter(({ transactions }) => transactions !== 1),
      `at most ${most(({ transactions }) => transactions)}, for up to ${most(({ defaulters }) => defaulters)} defaulters`,
    ),
    claim(
      "in the lock a winner cannot close before the bill",
      rounds.filter(({ leaving }) => leaving.locked === undefined),
      "refused in every lock",
    ),
  ];
}

function placeOf({ round }: ChainRound): string {
  return `${round.asset} ${new Date(round.time * 1000).toISOString().slice(11, 19)}`;
}

function percent(share: number): string {
  return `${(share * 100).toPrecision(2)}%`;
}

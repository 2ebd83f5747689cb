// SPDX-License-Identifier: MIT
import { seeded } from "../../tools/random.js";
import { measure, type Standing } from "../policies/metrics.js";
import { after, equityOf, gainOf, neededOf, type Holder, type Policy, type Terms } from "../policies/policy.js";
import { bankruptcyPrice, production, profit } from "../policies/queues.js";
import { randomOrder, wealthProRata, wholeSide } from "../policies/shares.js";
import type { PlayedRound } from "../policies/summary.js";
import { winningSide } from "./defaulters.js";
import { markOf, signOf, type ReplayInput, type RoundRow } from "./input.js";

/** The policies of others, by the name in the table. */
export function otherPolicies(seed: number): { name: string; policy: Policy }[] {
  return [
    { name: "production-queue", policy: production },
    { name: "profit-queue", policy: profit },
    { name: "bankruptcy-price-queue", policy: bankruptcyPrice },
    { name: "whole-side-prorata", policy: wholeSide },
    { name: "random-order", policy: randomOrder(seeded(seed)) },
    { name: "wealth-prorata", policy: wealthProRata },
  ];
}

/** Both sides of a market before its first round, as the contracts held them. */
export interface Book {
  asset: string;
  long: readonly Holder[];
  short: readonly Holder[];
}

/**
 * The rounds under a policy of somebody else. Each policy lives with what it did in the rounds before; what the keeper
 * liquidates between rounds is left out, because it is on the side that defaults.
 */
export function playOffchain(policy: Policy, input: ReplayInput, books: readonly Book[]): PlayedRound[] {
  const held = new Map(
    books.flatMap(({ asset, long, short }) => [
      [`${asset} long`, long],
      [`${asset} short`, short],
    ]),
  );
  return input.rounds.map((round) => {
    const side = winningSide(round);
    const holders = held.get(`${round.asset} ${side}`)!;
    const terms: Terms = { sign: signOf(side), qty: round.qty, price: round.price, mark: markOf(round) };
    const shares = policy(holders, terms);
    const { asset, time, wave, price, qty } = round;
    const facts = { asset, time, wave, price, qty, mark: terms.mark, needed: neededOf(terms) };
    const metrics = measure(
      facts,
      holders.map((holder) => standingOf(holder, terms)),
      shares,
    );
    held.set(`${round.asset} ${side}`, after(holders, terms, shares));
    return {
      metrics,
      sign: terms.sign,
      ...laterMarks(input, round),
      shares: shares.map((share, index) => ({ ...share, id: holders[index]!.id })),
      holders: holders.map(({ id }) => `${asset} ${id}`),
    };
  });
}

function standingOf(holder: Holder, terms: Terms): Standing {
  return {
    id: holder.id,
    size: holder.size,
    gain: gainOf(holder, terms),
    equity: equityOf(holder, terms),
    atAnchor: equityOf(holder, { ...terms, mark: terms.price }),
    level: String(Math.ceil(Math.log2(holder.entry) * 700)), // 0.1%
  };
}

/** The marks by which a close is judged later: of the last round of its wave, and the last of all. */
export function laterMarks(input: ReplayInput, round: RoundRow): { waveEndMark: number; endMark: number } {
  const wave = input.rounds.filter(({ asset, wave }) => asset === round.asset && wave === round.wave);
  const last = input.prices.filter(({ asset }) => asset === round.asset).at(-1)!;
  return { waveEndMark: markOf(wave.at(-1)!), endMark: last.mark };
}

// SPDX-License-Identifier: MIT
import { seeded } from "../../tools/random.js";
import { Play } from "./Play.js";
import { POLICIES, type Policy } from "./policies.js";
import { draw } from "./population.js";
import { scenes, type Scene } from "./scenes.js";
import type { Tally } from "./tally.js";

/** As typical in docs/parameters.md, of what is pledged, a year. */
const FEE = 0.02;

export interface Played {
  readonly scene: string;
  readonly policy: Policy["name"];
  readonly tally: Tally;
  /** What is made of nothing by the play: rounding. */
  readonly made: number;
  /** What buyers got on average, part of the price. */
  readonly meanDiscount: number;
  /** What pledgers got less than the live price, of buyers and of the line; negative: more. */
  readonly pledgersLost: number;
  /** A fee, once, that covers what the line lost when it bought, part of all that was pledged; and in years of FEE. */
  readonly feeNeeded: number;
  readonly yearsOfFee: number;
}

export interface Report {
  readonly notes: readonly string[];
  readonly scenes: readonly Pick<Scene, "name" | "says" | "haircut">[];
  readonly policies: readonly Pick<Policy, "name" | "says">[];
  readonly plays: readonly Played[];
  /** Invariants that the rules as built did not hold. */
  readonly broken: readonly string[];
}

export interface Options {
  readonly each: number;
  readonly seed: number;
  readonly say: (text: string) => void;
}

export function report({ each, seed, say }: Options): Report {
  const notes = [
    "A model of the contracts' rules, not the contracts: locks in exact fractions, the rest in floating point",
    "Ether's price on 10 October 2025 is assumed: what SOL did. Accounts and what buyers want are drawn and assumed",
  ];
  for (const note of notes) say(note);
  const all = scenes(seed);
  const plays = all.flatMap((scene) => {
    say(`${scene.name}: ${scene.says}`);
    return POLICIES.map((policy) => played(scene, policy, each, seed));
  });
  return {
    notes,
    scenes: all.map(({ name, says, haircut }) => ({ name, says, haircut })),
    policies: POLICIES.map(({ name, says }) => ({ name, says })),
    plays,
    broken: plays
      .filter(({ policy }) => policy === "as built")
      .flatMap(({ scene, tally }) => tally.broken.map((what) => `${scene}: ${what}`)),
  };
}

/** One scene under one policy. */
export function played(scene: Scene, policy: Policy, each: number, seed: number): Played {
  const play = new Play(scene, policy, draw(seeded(seed), each, scene.haircut));
  const before = play.money;
  const tally = play.run();
  const loss = Math.max(0, -tally.lineAtPurchase);
  const feeNeeded = tally.pledged > 0 ? loss / tally.pledged : 0;
  return {
    scene: scene.name,
    policy: policy.name,
    tally,
    made: play.money - before - tally.outside + tally.spentByOthers - tally.shortfall,
    meanDiscount: tally.byBuyers > 0 ? tally.discounts / (tally.byBuyers + tally.discounts) : 0,
    pledgersLost: tally.discounts + tally.lineAtPurchase,
    feeNeeded,
    yearsOfFee: feeNeeded / FEE,
  };
}

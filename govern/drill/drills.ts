// SPDX-License-Identifier: MIT
import type { Artifact } from "../../deploy/deploy-novation.js";
import type { AccountId } from "../../sdk/order.js";
import { Fork } from "../fork/Fork.js";
import { holdPrices } from "../fork/stillFeed.js";
import type { Situation } from "../look/Situation.js";
import type { Address } from "../../sdk/range.js";
import { compromisedDrill } from "./compromised.js";
import { deadFeedDrill } from "./deadFeed.js";
import { Drill, DrillFailed, DrillImpossible, type DrillStep } from "./Drill.js";
import { pauseDrill } from "./pause.js";
import { vaultDrill } from "./vault.js";
import { windDownDrill } from "./windDown.js";

export const DRILLS: Readonly<Record<string, { says: string; play: (drill: Drill) => Promise<void> }>> = {
  pause: { says: "the guardian stops everything, and the pause ends", play: pauseDrill },
  feed: { says: "a feed dies and is replaced", play: deadFeedDrill },
  winddown: { says: "a market is wound down", play: windDownDrill },
  vault: { says: "the vault is replaced", play: vaultDrill },
  compromised: { says: "the governor's key is somebody else's", play: compromisedDrill },
};

export interface Played {
  readonly name: string;
  readonly says: string;
  readonly steps: readonly DrillStep[];
  /** Milliseconds of this machine. */
  readonly took: number;
  /** What went wrong; undefined: nothing did. `impossible`: it could not be played here. */
  readonly failure: { readonly kind: "failed" | "impossible"; readonly message: string } | undefined;
}

export interface Given {
  readonly url: string;
  readonly situation: Situation;
  readonly accounts: readonly AccountId[];
  readonly artifact: (name: string) => Promise<Artifact>;
}

/** Plays drills, each on the same copy of the chain, which is set back in between. */
export async function playDrills(names: readonly string[], given: Given): Promise<Played[]> {
  const { situation, accounts, artifact } = given;
  const fork = await Fork.start(given.url, situation.header.number);
  try {
    await holdPrices(
      fork,
      situation.markets.map(({ source }) => source as Address),
    );
    const list: Played[] = [];
    for (const name of names) {
      const { says, play } = DRILLS[name]!;
      const drill = new Drill(name, fork, situation, accounts, artifact);
      const began = performance.now();
      const failure = await fork.undone(() => play(drill).then(() => undefined, failureOf));
      list.push({ name, says, steps: drill.steps, took: Math.round(performance.now() - began), failure });
    }
    return list;
  } finally {
    await fork.stop();
  }
}

function failureOf(failure: unknown): Played["failure"] {
  if (failure instanceof DrillImpossible) return { kind: "impossible", message: failure.message };
  if (failure instanceof DrillFailed) return { kind: "failed", message: failure.message };
  throw failure;
}

// SPDX-License-Identifier: MIT
import { seeded, type Random } from "../../tools/random.js";
import { CHEAP } from "./Crew.js";
import type { Depth } from "./depth.js";
import { DEFAULTS, type Parameters } from "./parameters.js";
import { scaled, through, type Path } from "./paths.js";
import type { Play } from "./play.js";
import { crowd, type Crowd } from "./population.js";
import type { Setting } from "./Stage.js";

/** A named story of a crash. Everything random in it comes from the seed. */
export interface Scenario {
  name: string;
  description: string;
  groups: readonly (readonly string[])[];
  crowd?: Partial<Crowd>;
  setting?: Partial<Setting>;
  parameters?: Partial<Parameters>;
  play: (random: Random) => Play;
  /** Play it with books of several depths, and liquidations that close the least that is needed or everything. */
  cascade?: boolean;
}

const MINUTE = 60;
const NOISE = 0.001;
const STEP = 12;

// The largest moves here are round figures near the published ones of 10 October 2025 (docs/parameters.md): 5% to 8%
// within a minute or two, 10% to 25% within five.

const BTC = [["BTC"]] as const;

/**
 * Depth on a side in parts of open interest, in bad hours. Round figures of ours, not measured: calibrate before
 * believing a cascade's size.
 */
export const DEPTH: readonly Depth[] = [
  { distance: 0.001, notional: 0.02 },
  { distance: 0.005, notional: 0.06 },
  { distance: 0.02, notional: 0.15 },
  { distance: 0.1, notional: 0.4 },
];

export const SCENARIOS: readonly Scenario[] = [
  {
    name: "gap",
    description: "The mark falls by 10% from one update to the next, and stays there.",
    groups: BTC,
    play: (random) => only(falls(random, [60, 1], [72, 0.9], [6 * MINUTE, 0.9])),
  },
  {
    name: "rebound",
    description: "12% down within 5 minutes, with one jump of 5%, and most of it back within 3.",
    groups: BTC,
    play: (random) =>
      only(
        falls(random, [60, 1], [180, 0.97], [192, 0.92], [6 * MINUTE, 0.88], [9 * MINUTE, 0.97], [14 * MINUTE, 0.98]),
      ),
  },
  {
    name: "grind",
    description:
      "15% down within 40 minutes, no update of more than 0.4%, and makers who can take 60% of open interest.",
    groups: BTC,
    setting: { makers: 0.6 },
    play: grind,
  },
  {
    name: "grind-thin",
    description:
      "The same fall, with makers who can take 8%: once they are full, liquidations find nobody but the vault.",
    groups: BTC,
    play: grind,
  },
  {
    name: "whale",
    description:
      "One account holds 53% of the longs at 10x, as the largest of 10 October 2025 did; 12% down in 6 minutes.",
    groups: BTC,
    crowd: { whale: 0.53 },
    play: (random) =>
      only(falls(random, [60, 1], [4 * MINUTE, 0.95], [4 * MINUTE + 12, 0.91], [7 * MINUTE, 0.88], [12 * MINUTE, 0.9])),
  },
  {
    name: "oracle-outage",
    description:
      "The feed stops for 8 minutes in the middle of a fall and comes back 9% lower; marks are stale after 2 minutes.",
    groups: BTC,
    setting: { heartbeat: 2 * MINUTE },
    play: (random) => ({
      ...only(falls(random, [60, 1], [4 * MINUTE, 0.97], [12 * MINUTE, 0.88], [18 * MINUTE, 0.9])),
      oracleOut: [4 * MINUTE, 12 * MINUTE],
    }),
  },
  {
    name: "sequencer",
    description:
      "A rollup makes no block for 15 minutes; the mark is 9% lower afterwards, and is not used for 10 more minutes.",
    groups: BTC,
    setting: { sequencerGrace: 10 * MINUTE },
    play: (random) => ({
      ...only(
        falls(random, [60, 1], [2 * MINUTE, 0.995], [17 * MINUTE, 0.91], [27 * MINUTE, 0.93], [32 * MINUTE, 0.92]),
      ),
      sequencerDown: [2 * MINUTE, 17 * MINUTE],
    }),
  },
  {
    name: "keeper-outage",
    description:
      "No keeper acts for 10 minutes from the start of a fall of 12%; others trade every 200 s and so move anchors and end locks.",
    groups: BTC,
    play: (random) => ({ ...only(asleep(random)), keepersAsleep: [MINUTE, 11 * MINUTE] }),
  },
  {
    name: "keeper-outage-long",
    description:
      "The same fall, and keepers that come back only 12 minutes after it has ended: who defaulted is late, nobody gained since.",
    groups: BTC,
    play: (random) => ({ ...only(asleep(random)), keepersAsleep: [MINUTE, 22 * MINUTE] }),
  },
  {
    name: "gas-spike",
    description:
      "A million gas costs 800 instead of half, and one transaction of the keeper fits into a block, while 12% are lost in 8 minutes.",
    groups: BTC,
    play: (random) => ({
      ...only(
        falls(random, [60, 1], [3 * MINUTE, 0.97], [3 * MINUTE + 12, 0.935], [9 * MINUTE, 0.88], [15 * MINUTE, 0.89]),
      ),
      means: (second) => (second >= 60 && second < 15 * MINUTE ? { millionGas: 800, perBlock: 1 } : CHEAP),
    }),
  },
  {
    name: "vault-drained",
    description: "SOL gaps by 20% and takes what the vault has; ten minutes later BTC gaps by 10%.",
    groups: [["BTC"], ["SOL"]],
    play: (random) => ({
      paths: {
        SOL: falls(random, [60, 1], [72, 0.8], [16 * MINUTE, 0.8]),
        BTC: falls(random, [11 * MINUTE, 1], [11 * MINUTE + 12, 0.9], [16 * MINUTE, 0.9]),
      },
    }),
  },
  {
    name: "correlated",
    description:
      "Two groups of two markets, cross-margined inside; all fall together, in two jumps, the smaller coins by half as much again.",
    groups: [
      ["BTC", "ETH"],
      ["SOL", "AVAX"],
    ],
    play: (random) => {
      const path = falls(random, [60, 1], [72, 0.95], [6 * MINUTE, 0.94], [6 * MINUTE + 12, 0.88], [12 * MINUTE, 0.9]);
      return { paths: { BTC: path, ETH: scaled(path, 1.2), SOL: scaled(path, 1.5), AVAX: scaled(path, 1.6) } };
    },
  },
  {
    name: "cascade",
    description:
      "4% down within 10 minutes; what is liquidated is sold on along a depth curve and moves the mark, half forgotten after 5 minutes.",
    groups: BTC,
    // Makers who can pay in full, so that both ways of closing find a buyer and only what they sell differs; no
    // keeper's account, no vault.
    setting: { makers: 1, keeper: 0, makerLeverage: 1 },
    parameters: { vault: 0 },
    play: (random) => ({
      ...only(falls(random, [60, 1], [11 * MINUTE, 0.96], [16 * MINUTE, 0.96])),
      impact: { curve: DEPTH, halfLife: 5 * MINUTE },
    }),
    cascade: true,
  },
];

function grind(random: Random): Play {
  return { ...only(falls(random, [60, 1], [41 * MINUTE, 0.85], [44 * MINUTE, 0.85])), tick: 2 * STEP };
}

function asleep(random: Random): Path {
  return falls(random, [60, 1], [3 * MINUTE, 0.96], [5 * MINUTE, 0.93], [10 * MINUTE, 0.88], [24 * MINUTE, 0.88]);
}

function only(path: Path): Play {
  return { paths: { BTC: path } };
}

function falls(random: Random, ...corners: [number, number][]): Path {
  return through(random, [[0, 1], ...corners], STEP, NOISE);
}

/** What the scenario opens with. */
export function settingOf(scenario: Scenario, accounts: number, seed: number, parameters = DEFAULTS): Setting {
  const chosen: Parameters = { ...parameters, ...scenario.parameters };
  const random = seeded(seed);
  const people = crowd(random, {
    accounts,
    groups: scenario.groups,
    maxLeverage: Math.max(2.5, (chosen.leverage * 1e6) / chosen.initialMargin),
    ...scenario.crowd,
  });
  return { groups: scenario.groups, people, parameters: chosen, makers: 0.08, keeper: 0.02, seed, ...scenario.setting };
}

/** The run of the scenario, as the seed has it. */
export function playOf(scenario: Scenario, seed: number): Play {
  return scenario.play(seeded(seed ^ 0x5bd1e995));
}

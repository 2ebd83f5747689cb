// SPDX-License-Identifier: MIT
import { publishedMarks } from "../oct10/published.js";
import { RULES } from "./margin.js";
import type { Policy } from "./play.js";
import type { Factors, Series } from "./series.js";

/** One play: factors by time, how the venue works, and how many days away the nearest expiry is at the beginning. */
export interface Scenario {
  readonly name: string;
  readonly says: string;
  readonly factors: readonly Factors[];
  readonly policy: Policy;
  readonly terms: readonly number[];
}

const STEP = 12;
const HOUR = 3_600;

export const NOVATION: Policy = {
  margin: "portfolio",
  charge: "net",
  rules: RULES,
  lockDelay: 60,
  gap: 0.02,
  levelGap: 0.15,
  awake: true,
  arraysAge: 12,
  discount: 0.003,
  vault: 0,
};

/**
 * The crash of 10 October 2025 by BTC's published marks (112,000 to 100,839 within 5 minutes, back to 108,340), an hour
 * of calm around it. What volatilities did in these minutes is not published: `rise` times the fall is assumed.
 */
export function crash(rise: number, scale = 1): Factors[] {
  const marks = publishedMarks().filter(({ symbol }) => symbol === "BTC");
  const [first, start] = [marks[0]!.price, marks[0]!.time];
  const end = marks.at(-1)!.time + HOUR / 2;
  const path: Factors[] = [];
  for (let time = start - HOUR / 2; time <= end; time += STEP) {
    const mark = marks.findLast((each) => each.time <= time)?.price ?? first;
    const spot = first * (1 + scale * (mark / first - 1));
    path.push({ spot, level: 1 + rise * Math.max(0, 1 - spot / first), time });
  }
  return path;
}

/** A calm hour in which the level alone jumps. */
function volJump(to: number): Factors[] {
  return crash(0, 0).map((factors, i, all) => ({ ...factors, level: i < all.length / 2 ? 1 : to }));
}

export function scenarios(): Scenario[] {
  const [once, twice, calm] = [crash(6), crash(6, 2), volJump(2.5)];
  const asleep = { ...NOVATION, awake: false };
  const terms = [7, 28];
  // The near expiry comes five minutes after the low, in days from the beginning.
  const low = twice.reduce((lowest, each) => (each.spot < lowest.spot ? each : lowest));
  const soon = (low.time + 300 - twice[0]!.time) / 86_400;
  const alone = { ...asleep, margin: "separate" as const };
  return [
    { name: "crash", says: "as it was; volatility up by 60%", factors: once, policy: NOVATION, terms },
    { name: "twice", says: "twice as deep", factors: twice, policy: NOVATION, terms },
    {
      name: "stale",
      says: "twice, risk arrays an hour old",
      factors: twice,
      policy: { ...NOVATION, arraysAge: HOUR },
      terms,
    },
    { name: "asleep", says: "twice, nobody liquidates", factors: twice, policy: asleep, terms },
    {
      name: "gross",
      says: "twice, asleep, nobody registered",
      factors: twice,
      policy: { ...asleep, charge: "gross" },
      terms,
    },
    { name: "separate", says: "twice, asleep, each leg margined alone", factors: twice, policy: alone, terms },
    {
      name: "vault",
      says: "twice, asleep, the vault pays 1 million",
      factors: twice,
      policy: { ...asleep, vault: 1e6 },
      terms,
    },
    { name: "level", says: "the volatility level alone, times 2.5", factors: calm, policy: NOVATION, terms },
    {
      name: "expiry",
      says: "twice, the near expiry 5 minutes after the low",
      factors: twice,
      policy: NOVATION,
      terms: [soon, 28],
    },
  ];
}

/** The series with the prices at which those expire that the path passes: the mean of the half hour before. */
export function fixed(all: readonly Series[], factors: readonly Factors[]): Series[] {
  return all.map((series) => {
    if (!(series.expiry <= factors.at(-1)!.time)) return series;
    const window = factors.filter(({ time }) => time > series.expiry - HOUR / 2 && time <= series.expiry);
    return { ...series, settlement: window.reduce((sum, { spot }) => sum + spot, 0) / window.length };
  });
}

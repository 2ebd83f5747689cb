// SPDX-License-Identifier: MIT
import type { Random } from "../../tools/random.js";
import { independence, kupiec, type Test } from "../calibrate/coverage.js";
import { initialOf, scenariosOf, type Leg, type Rules } from "./margin.js";
import type { Slice } from "./quotes.js";
import { markOf, type Factors, type Series } from "./series.js";
import { smileOf } from "./smile.js";
import { ladderOf } from "./validate.js";

/** How often a day's loss of a random portfolio exceeded its initial margin. */
export interface CoverageReport {
  readonly book: string;
  readonly days: number;
  readonly failures: number;
  /** The largest loss as a part of the margin. */
  readonly worst: number;
  /** Margin as a part of the spot of all contracts, mean. */
  readonly margin: number;
  readonly proportion: Test;
  readonly independence: Test;
}

const TARGET = 0.01;

/** Books that the scenarios must cover: contracts of strikes around the money, by place. */
const BOOKS: Record<string, (random: Random) => { place: number; isCall: boolean; size: number }[]> = {
  "short straddle": () => [
    { place: 7, isCall: true, size: -1 },
    { place: 7, isCall: false, size: -1 },
  ],
  "short strangle": () => [
    { place: 10, isCall: true, size: -1 },
    { place: 4, isCall: false, size: -1 },
  ],
  "short put": () => [{ place: 5, isCall: false, size: -1 }],
  "put spread, short": () => [
    { place: 6, isCall: false, size: -1 },
    { place: 3, isCall: false, size: 1 },
  ],
  "random, six legs": (random) =>
    Array.from({ length: 6 }, () => ({
      place: Math.floor(random() * 15),
      isCall: random() < 0.5,
      size: Math.round((random() - 0.5) * 20) / 10 || 0.1,
    })),
};

/** Each slice of the first expiry beyond `days` days against the market a day later. */
export function coverage(slices: readonly Slice[], random: Random, rules: Rules, days = 20): CoverageReport[] {
  const series = pairsOf(slices, days);
  return Object.entries(BOOKS).map(([book, draw]) => {
    const failed: boolean[] = [];
    let [worst, margin] = [0, 0];
    for (const [today, tomorrow] of series) {
      const strikes = ladderOf(today);
      const legs = draw(random).filter(({ place }) => place < strikes.length);
      const { loss, initial } = held(legs, today, tomorrow, strikes, rules);
      failed.push(loss > initial);
      worst = Math.max(worst, initial === 0 ? 0 : loss / initial);
      margin += initial / (legs.reduce((sum, { size }) => sum + Math.abs(size), 0) * today.forward);
    }
    const failures = failed.filter(Boolean).length;
    return {
      book,
      days: failed.length,
      failures,
      worst,
      margin: margin / failed.length,
      proportion: kupiec(failures, failed.length, TARGET),
      independence: independence(failed),
    };
  });
}

/** Today's slice and tomorrow's of the same market, a day later, with its own smile at the same strikes. */
function pairsOf(slices: readonly Slice[], days: number): [Slice, Slice][] {
  const pairs: [Slice, Slice][] = [];
  const usable = slices.filter(({ time, expiry }) => expiry - time > days * 86_400);
  const times = [...new Set(usable.map(({ time }) => time))].sort((a, b) => a - b);
  for (const [i, time] of times.entries()) {
    const next = times.slice(i + 1).find((later) => later - time >= 0.9 * 86_400);
    if (next === undefined || next - time > 1.5 * 86_400) continue;
    const first = usable.find((slice) => slice.time === time)!;
    const later = nearest(
      usable.filter((slice) => slice.time === next),
      first.expiry,
    );
    pairs.push([first, later]);
  }
  return pairs;
}

function nearest(slices: readonly Slice[], expiry: number): Slice {
  return slices.reduce((best, each) => (Math.abs(each.expiry - expiry) < Math.abs(best.expiry - expiry) ? each : best));
}

function held(
  legs: readonly { place: number; isCall: boolean; size: number }[],
  today: Slice,
  tomorrow: Slice,
  strikes: readonly number[],
  rules: Rules,
): { loss: number; initial: number } {
  const [smile, later] = [smileOf(today, strikes), smileOf(tomorrow, strikes)];
  const now: Factors = { spot: today.forward, level: 1, time: today.time };
  const seriesAt = (vols: readonly number[], { place, isCall }: { place: number; isCall: boolean }): Series => ({
    kind: isCall ? "call" : "put",
    expiry: today.expiry,
    strike: strikes[place]!,
    vol: vols[place]!,
    basis: 0,
  });
  const all = legs.map((leg) => seriesAt(smile.vols, leg));
  const arrays = all.map((each) => scenariosOf(each, now, rules));
  const held: Leg[] = legs.map(({ size }, i) => ({ series: i, size }));
  const next: Factors = { spot: tomorrow.forward, level: 1, time: tomorrow.time };
  const gain = legs.reduce((sum, leg, i) => {
    const after = markOf(seriesAt(later.vols, leg), next);
    return sum + leg.size * (after - markOf(all[i]!, now));
  }, 0);
  return { loss: -gain, initial: initialOf(held, all, arrays, now, rules) };
}

// SPDX-License-Identifier: MIT
import { publishedMarks } from "../../sim/oct10/published.js";
import { normal, seeded } from "../../tools/random.js";

export const SCENES = ["calm", "crash"] as const;
export type SceneName = (typeof SCENES)[number];

/** Seconds between two steps of the walk. */
const STEP = 12;
const SIGMA = 0.0004; // of a step: some 0.5% in half an hour
const PULL = 0.002; // back to where it began, of a step

/** First marks, as on 10 October 2025 at 21:15. */
export const FIRST_MARK: Readonly<Record<string, number>> = { BTC: 112_000, SOL: 185 };
const OTHER = 100;

/**
 * The marks of a run, by the time since it began: the same for a seed, whoever asks, and in whatever order. `calm` is a
 * walk that is drawn back to its beginning. `crash` is the walk times the deleveraging cascade of 10 October 2025,
 * which begins `lead` seconds after the beginning.
 */
export class Scene {
  private readonly walks = new Map<string, { logs: number[]; random: () => number }>();

  constructor(
    private readonly name: SceneName,
    private readonly seed: number,
    private readonly lead: number,
    /** Marks at the beginning, by symbol. */
    private readonly first: Readonly<Record<string, number>> = FIRST_MARK,
  ) {}

  /** @param time Seconds since the beginning. */
  markAt(symbol: string, time: number): number {
    const first = this.first[symbol] ?? OTHER;
    return first * Math.exp(this.walk(symbol, Math.max(0, Math.floor(time / STEP)))) * this.fall(symbol, time);
  }

  private walk(symbol: string, step: number): number {
    let walk = this.walks.get(symbol);
    if (walk === undefined) {
      const own = [...symbol].reduce((sum, letter) => sum * 31 + letter.charCodeAt(0), this.seed);
      this.walks.set(symbol, (walk = { logs: [0], random: seeded(own) }));
    }
    while (walk.logs.length <= step) {
      const last = walk.logs.at(-1)!;
      walk.logs.push(last * (1 - PULL) + SIGMA * normal(walk.random));
    }
    return walk.logs[step]!;
  }

  /** How much of the first mark the cascade has left; other symbols than the published ones fall as the first does. */
  private fall(symbol: string, time: number): number {
    if (this.name === "calm") return 1;
    const marks = publishedMarks();
    const own = marks.filter((mark) => mark.symbol === symbol);
    const list = own.length > 0 ? own : marks.filter((mark) => mark.symbol === marks[0]!.symbol);
    const at = list[0]!.time + time - this.lead;
    return (list.findLast((mark) => mark.time <= at) ?? list[0]!).price / list[0]!.price;
  }
}

/** The cascade's length, seconds. */
export const CASCADE = 12 * 60;

/** When the cascade begins: after a third of the run, at most twenty minutes. */
export function leadOf(duration: number | undefined): number {
  return Math.min(1_200, Math.floor((duration ?? 3_600) / 3));
}

// SPDX-License-Identifier: MIT
import type { History } from "./history.js";

/**
 * The largest move within each of the windows that follow one another, from the mark before it, up or down, as a part
 * of that mark.
 */
export interface Moves {
  horizon: number;
  /** Where each window begins. */
  at: Float64Array;
  move: Float64Array;
  /** Windows in which the source said nothing new, and those left out because it had been silent for a day. */
  unchanged: number;
  skipped: number;
}

const SILENCE = 86_400; // the longest heartbeat of a feed: who is silent for longer is stale

export function movesOver({ times, marks }: History, horizon: number): Moves {
  const windows = times.length === 0 ? 0 : Math.floor((times.at(-1)! - times[0]!) / horizon);
  const [at, move] = [new Float64Array(windows), new Float64Array(windows)];
  let [next, used, unchanged, skipped] = [1, 0, 0, 0];
  for (let window = 0; window < windows; ++window) {
    const [from, until] = [times[0]! + window * horizon, times[0]! + (window + 1) * horizon];
    const [anchor, anchorTime, first] = [marks[next - 1]!, times[next - 1]!, next];
    let largest = 0;
    for (; next < times.length && times[next]! <= until; ++next) {
      largest = Math.max(largest, Math.abs(marks[next]! / anchor - 1));
    }
    if (until - anchorTime > SILENCE) {
      ++skipped;
      continue;
    }
    if (next === first) ++unchanged;
    at[used] = from;
    move[used++] = largest;
  }
  return { horizon, at: at.subarray(0, used), move: move.subarray(0, used), unchanged, skipped };
}

const HOUR = 3_600;

/** The moves of the `share` of hours with the largest sum of squared moves. */
export function worstHours({ at, move }: Moves, share: number): Float64Array {
  const hours = new Map<number, number>();
  at.forEach((time, i) => {
    const hour = Math.floor(time / HOUR);
    hours.set(hour, (hours.get(hour) ?? 0) + move[i]! ** 2);
  });
  const ranked = [...hours].sort(([, a], [, b]) => b - a);
  const chosen = new Set(ranked.slice(0, Math.max(1, Math.round(share * ranked.length))).map(([hour]) => hour));
  return move.filter((_, i) => chosen.has(Math.floor(at[i]! / HOUR)));
}

/** Moves beyond `level` that are at least an hour from one before them: how many runs there are. */
export function runsBeyond({ at, move }: Moves, level: number): { moves: number; runs: number } {
  let [moves, runs, last] = [0, 0, -Infinity];
  move.forEach((each, i) => {
    if (each <= level) return;
    ++moves;
    if (at[i]! - last > HOUR) ++runs;
    last = at[i]!;
  });
  return { moves, runs };
}

// SPDX-License-Identifier: MIT
import { tailOf } from "./frequency.js";
import type { History } from "./history.js";
import { movesOver } from "./moves.js";
import type { Plots } from "./result.js";
import { beyond, levelOf, type Tail } from "./tail.js";
import { SHARES, split } from "./validate.js";

const POINTS = 300;
const FARTHEST = 1e-8; // the share to which the fitted tail is drawn

/** What the plots of a market need, thinned. */
export function plotsOf(history: History, horizon: number, tail: Tail): Plots {
  const { training, rest } = split(history);
  const trained = tailOf(movesOver(training, horizon));
  return {
    counted: counted(tail),
    fitted: fitted(tail),
    moves: largestMoves(rest, horizon),
    levels: SHARES.map((share) => ({ share, level: levelOf(trained, share) })),
    marks: thinned(history),
  };
}

/** The share of windows beyond each of some of the largest moves: the largest ones all, the others ever fewer. */
function counted({ sorted, exceedances }: Tail): Plots["counted"] {
  const ranks = new Set<number>();
  const last = Math.min(sorted.length - 1, 40 * exceedances);
  for (let i = 0; i < POINTS; ++i) ranks.add(Math.round(last ** (i / (POINTS - 1))));
  return [...ranks].map((rank) => [sorted[sorted.length - rank]!, rank / sorted.length]);
}

function fitted(tail: Tail): Plots["fitted"] {
  const [from, to] = [beyond(tail, tail.threshold), FARTHEST];
  const points = Array.from({ length: 60 }, (_, i): [number, number] => {
    const share = from * (to / from) ** (i / 59);
    return [levelOf(tail, share), share];
  });
  return points.filter(([move]) => move <= 1);
}

/** The largest move of each of POINTS stretches of time. */
function largestMoves(rest: History, horizon: number): Plots["moves"] {
  const { at, move } = movesOver(rest, horizon);
  const [from, until] = [at[0]!, at.at(-1)!];
  const largest = new Map<number, [number, number]>();
  at.forEach((time, i) => {
    const stretch = Math.min(POINTS - 1, Math.floor(((time - from) / (until - from + 1)) * POINTS));
    const best = largest.get(stretch);
    if (!best || move[i]! > best[1]) largest.set(stretch, [time, move[i]!]);
  });
  return [...largest.values()];
}

function thinned({ times, marks }: History): Plots["marks"] {
  const each = Math.max(1, Math.ceil(times.length / POINTS));
  const list: [number, number][] = [];
  for (let i = 0; i < times.length; i += each) list.push([times[i]!, marks[i]!]);
  return list;
}

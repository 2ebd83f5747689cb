// SPDX-License-Identifier: MIT
import { tailOf } from "./frequency.js";
import { conditional, independence, kupiec } from "./coverage.js";
import { between, type History } from "./history.js";
import { movesOver, runsBeyond, type Moves } from "./moves.js";
import type { Validation } from "./result.js";
import { historicalLevel, levelOf } from "./tail.js";

/** The share of the history, in time, on which levels are fitted before they are held against the rest. */
export const TRAINING = 0.6;

export const SHARES = [0.01, 0.001, 0.0001, 0.00001] as const;

export function split(history: History): { training: History; rest: History } {
  const [from, until] = [history.times[0]!, history.times.at(-1)!];
  const border = from + TRAINING * (until - from);
  return { training: between(history, from, border), rest: between(history, border, until + 1) };
}

/** Levels of the first part on the second, fitted and counted. */
export function validate(history: History, horizon: number): Validation[] {
  const { training, rest } = split(history);
  const tail = tailOf(movesOver(training, horizon));
  const tested = movesOver(rest, horizon);
  return SHARES.flatMap((share) => [
    onceTested(tested, "fitted", share, levelOf(tail, share)),
    onceTested(tested, "historical", share, historicalLevel(tail, share)),
  ]);
}

function onceTested(moves: Moves, method: Validation["method"], share: number, level: number): Validation {
  const failed = moves.move.map((move) => Number(move > level));
  const observed = failed.reduce((sum, each) => sum + each, 0);
  const proportion = kupiec(observed, failed.length, share);
  const independent = independence(failed);
  return {
    horizon: moves.horizon,
    share,
    method,
    level,
    windows: failed.length,
    expected: share * failed.length,
    observed,
    proportion,
    independence: independent,
    conditional: conditional(proportion, independent),
    runs: runsBeyond(moves, level).runs,
  };
}

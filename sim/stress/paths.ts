// SPDX-License-Identifier: MIT
import { normal, type Random } from "../../tools/random.js";

/** Seconds since the beginning and the mark there as a part of the first, in order of time. */
export type Path = readonly (readonly [second: number, factor: number])[];

/** The mark of a path at a second: that of the last point. */
export function at(path: Path, second: number): number {
  let factor = 1;
  for (const [time, value] of path) if (time <= second) factor = value;
  return factor;
}

/** Points every `step` seconds on straight lines between the corners, each shaken by up to `noise` of it. */
export function through(random: Random, corners: Path, step: number, noise: number): Path {
  const points: [number, number][] = [];
  const end = corners.at(-1)![0];
  for (let second = 0; second <= end; second += step) {
    points.push([second, line(corners, second) * (1 + noise * (2 * random() - 1))]);
  }
  return points;
}

function line(corners: Path, second: number): number {
  let [from, value] = corners[0]!;
  for (const [to, next] of corners) {
    if (to >= second) return to === from ? next : value + ((next - value) * (second - from)) / (to - from);
    [from, value] = [to, next];
  }
  return value;
}

/** As `path`, but moving `share` as far from the first mark: what a correlated market does. */
export function scaled(path: Path, share: number): Path {
  return path.map(([second, factor]) => [second, 1 + (factor - 1) * share]);
}

export interface CrashSize {
  /** Seconds, and between points. */
  length: number;
  step: number;
  /** Standard deviation of a step, expected jumps in all, and the mean size of a jump. */
  deviation: number;
  jumps: number;
  jump: number;
}

/** A walk with jumps, three of four of them down: sizes are exponential. */
export function jumpy(random: Random, { length, step, deviation, jumps, jump }: CrashSize): Path {
  const points: [number, number][] = [[0, 1]];
  let factor = 1;
  const chance = (jumps * step) / length;
  for (let second = step; second <= length; second += step) {
    const drawn = normal(random);
    const hit = random() < chance ? (random() < 0.75 ? -1 : 1) * -Math.log(1 - random()) * jump : 0;
    factor *= Math.exp(deviation * drawn + hit);
    points.push([second, factor]);
  }
  return points;
}

// SPDX-License-Identifier: MIT
import { median } from "simple-statistics";
import { readMarks, type MarkOptions } from "../files/readMarks.js";

/** Marks of one asset in order of time. Times in Unix seconds. */
export interface History {
  asset: string;
  times: Float64Array;
  marks: Float64Array;
}

/** The marks of price files, as the price source would have given them. */
export function readHistories(files: readonly string[], options?: MarkOptions): History[] {
  return [...readMarks(files, options).values()].map(({ asset, times, marks }) => ({
    asset,
    times: Float64Array.from(times),
    marks: Float64Array.from(marks),
  }));
}

/** Seconds between two marks, the median. */
export function stepOf({ times }: History): number {
  const steps = Array.from({ length: Math.min(10_001, times.length - 1) }, (_, i) => times[i + 1]! - times[i]!);
  return steps.length === 0 ? Infinity : median(steps);
}

/** The part of a history within [from, until). */
export function between(history: History, from: number, until: number): History {
  const [first, end] = [countBefore(history.times, from), countBefore(history.times, until)];
  return { ...history, times: history.times.subarray(first, end), marks: history.marks.subarray(first, end) };
}

function countBefore(times: Float64Array, time: number): number {
  const index = times.findIndex((each) => each >= time);
  return index < 0 ? times.length : index;
}

// SPDX-License-Identifier: MIT
import { median } from "simple-statistics";
import { rowsOf } from "../replay/csv.js";

/** Marks of one asset in order of time. Times in Unix seconds. */
export interface History {
  asset: string;
  times: Float64Array;
  marks: Float64Array;
}

/** Columns timestamp, asset, mark: marks as the price source would have given them, in order of time. */
export function readHistories(file: string): History[] {
  const lists = new Map<string, { times: number[]; marks: number[] }>();
  for (const row of rowsOf(file, ["timestamp", "asset", "mark"])) {
    const [time, asset, mark] = [row.time("timestamp"), row.text("asset"), row.number("mark")];
    const list = lists.get(asset) ?? { times: [], marks: [] };
    lists.set(asset, list);
    const before = list.times.at(-1);
    if (before !== undefined && time <= before) row.fail(`the time of ${asset} must rise: ${time} follows ${before}`);
    list.times.push(time);
    list.marks.push(mark);
  }
  return [...lists].map(([asset, { times, marks }]) => ({
    ...{ asset, times: Float64Array.from(times), marks: Float64Array.from(marks) },
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

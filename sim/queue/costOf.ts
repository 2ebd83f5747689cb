// SPDX-License-Identifier: MIT
import type { QueueJob } from "./QueueJob.js";

/** Seconds of processor, about, of kinds that differ: the longest first leaves no worker idle at the end. */
const SECONDS: Record<string, number> = { cascade: 5, correlated: 2.5, grind: 2, "monte-carlo": 2.2, attack: 1.2 };
const SCENARIO = 1.3;
const POSITION = 0.006; // of a replay

/** How long a job takes, compared with others. Wrong figures cost time, and change no result. */
export function costOf(job: QueueJob): number {
  switch (job.kind) {
    case "scenario":
      return (SECONDS[job.name] ?? SCENARIO) * job.accounts;
    case "attack":
    case "monte-carlo":
      return SECONDS[job.kind]! * 80;
    case "replay":
      return POSITION * job.input.positions.length * (job.day ? 2 : 1) * 80;
    case "nap":
      return job.milliseconds;
  }
}

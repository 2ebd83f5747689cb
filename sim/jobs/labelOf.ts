// SPDX-License-Identifier: MIT
import type { Job } from "./Jobs.js";

/** A job for a reader. */
export function labelOf(job: Job): string {
  switch (job.kind) {
    case "scenario":
      return job.name;
    case "attack":
      return `both sides: ${job.set}`;
    case "monte-carlo":
      return `Monte Carlo, venue ${job.venue}`;
    case "replay":
      return `replay in ${job.mode}`;
    case "nap":
      return `nap ${job.number}`;
  }
}

// SPDX-License-Identifier: MIT
import { labelOfReplay } from "../replay/job.js";
import { labelOfStress } from "../stress/job.js";
import type { QueueJob } from "./QueueJob.js";

/** A job for a reader. */
export function labelOf(job: QueueJob): string {
  switch (job.kind) {
    case "replay":
      return labelOfReplay(job);
    case "nap":
      return `nap ${job.number}`;
    default:
      return labelOfStress(job);
  }
}

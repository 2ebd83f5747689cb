// SPDX-License-Identifier: MIT
import type { ReadArtifact } from "../venue/deployVenue.js";
import { doJob } from "./doJob.js";
import type { DoJobs } from "./Jobs.js";
import { labelOf } from "./labelOf.js";

/** One job after the other, in this process. */
export function inTurn(artifact: ReadArtifact): DoJobs {
  return async (jobs, tell) => {
    const found: unknown[] = [];
    for (const job of jobs) {
      tell(found.length, jobs.length, labelOf(job));
      found.push(await doJob(job, artifact));
    }
    tell(jobs.length, jobs.length, "done");
    return found;
  };
}

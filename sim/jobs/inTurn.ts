// SPDX-License-Identifier: MIT
import type { DoJobs, Job } from "./Jobs.js";

/** One job after the other, in this process; `labelOf`: a job for a reader. */
export function inTurn<J extends Job>(doJob: (job: J) => Promise<unknown>, labelOf: (job: J) => string): DoJobs<J> {
  return async (jobs, tell) => {
    const found: unknown[] = [];
    for (const job of jobs) {
      tell(found.length, jobs.length, labelOf(job));
      found.push(await doJob(job));
    }
    tell(jobs.length, jobs.length, "done");
    return found;
  };
}

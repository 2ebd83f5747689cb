// SPDX-License-Identifier: MIT
import type { DoJobs } from "../jobs/Jobs.js";
import type { ReplayJob } from "../replay/job.js";
import type { StressJob } from "../stress/job.js";
import type { ReadArtifact } from "../venue/deployVenue.js";

/** What stands in the queue. */
export type QueueJob = StressJob | ReplayJob | Nap;

/** Nothing but time, by which a queue is measured. */
export interface Nap {
  kind: "nap";
  number: number;
  milliseconds: number;
}

/** Does jobs, wherever. */
export type DoQueueJobs = DoJobs<QueueJob>;

/** Does one job in this process. */
export type DoQueueJob = (job: QueueJob, artifact: ReadArtifact) => Promise<unknown>;

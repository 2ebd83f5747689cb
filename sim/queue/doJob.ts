// SPDX-License-Identifier: MIT
import { setTimeout } from "node:timers/promises";
import { doReplayJob } from "../replay/job.js";
import { doStressJob } from "../stress/job.js";
import type { ReadArtifact } from "../venue/deployVenue.js";
import type { QueueJob } from "./QueueJob.js";

/** Does a job in this process. */
export function doJob(job: QueueJob, artifact: ReadArtifact): Promise<unknown> {
  switch (job.kind) {
    case "scenario":
    case "attack":
    case "monte-carlo":
      return doStressJob(job, artifact);
    case "replay":
      return doReplayJob(job, artifact);
    case "nap":
      return setTimeout(job.milliseconds, job.number);
  }
}

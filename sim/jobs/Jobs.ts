// SPDX-License-Identifier: MIT
import type { ReadArtifact } from "../venue/deployVenue.js";
import type { ReplayJob } from "../replay/job.js";
import type { StressJob } from "../stress/job.js";

/** A part of a run that needs no other part: what it finds depends on nothing but itself. */
export type Job = StressJob | ReplayJob | Nap;

/** Nothing but time, by which a queue is measured. */
export interface Nap {
  kind: "nap";
  number: number;
  milliseconds: number;
}

/** Hears how far a run is: `done` of `all` jobs; `what`: the one that comes next, or that has just ended. */
export type Tell = (done: number, all: number, what: string) => void;

/** Does jobs, wherever, and answers in their order. */
export type DoJobs = (jobs: readonly Job[], tell: Tell) => Promise<unknown[]>;

/** Does one job in this process. */
export type DoJob = (job: Job, artifact: ReadArtifact) => Promise<unknown>;

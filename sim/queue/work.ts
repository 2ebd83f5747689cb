// SPDX-License-Identifier: MIT
import { setTimeout } from "node:timers/promises";
import { labelOf } from "./labelOf.js";
import type { DoQueueJob } from "./QueueJob.js";
import type { ReadArtifact } from "../venue/deployVenue.js";
import type { Queue } from "./Queue.js";

const IDLE = 200; // ms until the next look at an empty queue

export interface WorkOptions {
  queue: Queue;
  artifact: ReadArtifact;
  doJob: DoQueueJob;
  /** No job is taken any more once it is aborted. */
  signal: AbortSignal;
  say?: (text: string) => void;
}

/** Takes a job after the other, until it is told to stop. */
export async function work({ queue, artifact, doJob, signal, say = () => {} }: WorkOptions): Promise<void> {
  while (!signal.aborted) {
    const taken = await queue.take();
    if (taken === undefined) {
      await setTimeout(IDLE, undefined, { signal }).catch(() => {});
      continue;
    }
    const began = Date.now();
    const alive = queue.alive(taken);
    try {
      const result = await doJob(taken.job, artifact);
      await queue.give(taken, result);
      say(`${labelOf(taken.job)} in ${((Date.now() - began) / 1000).toFixed(1)} s`);
    } catch (failure) {
      const { message, stack } = failure as Error;
      say(`${labelOf(taken.job)} failed: ${message}`);
      await queue.fail(taken, stack ?? message);
    } finally {
      alive.stop();
    }
  }
}

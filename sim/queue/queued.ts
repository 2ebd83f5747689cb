// SPDX-License-Identifier: MIT
import { setTimeout } from "node:timers/promises";
import { labelOf } from "./labelOf.js";
import type { DoQueueJobs, QueueJob } from "./QueueJob.js";
import { costOf } from "./costOf.js";
import type { Ended, Queue } from "./Queue.js";

const LOOK = 150; // ms between two looks for results
const PATIENCE = 30_000; // ms without any worker until that is said

/** A job that found nothing. */
export class JobFailed extends Error {
  constructor(job: QueueJob, why: string) {
    super(`the job "${labelOf(job)}" ${why}`);
    this.name = "JobFailed";
  }
}

export interface QueuedOptions {
  queue: Queue;
  /** Throws when no worker of ours is left and no other can come. */
  check?: () => void;
  say?: (text: string) => void;
}

/** Jobs are done by whoever takes them from the queue, the longest first; results are in the order of the jobs. */
export function queued({ queue, check = () => {}, say = () => {} }: QueuedOptions): DoQueueJobs {
  return async (jobs, tell) => {
    const order = jobs.map((_, index) => index).sort((a, b) => costOf(jobs[b]!) - costOf(jobs[a]!) || a - b);
    const ids = await queue.put(order.map((index) => jobs[index]!));
    const places = new Map(ids.map((id, i) => [id, order[i]!]));
    const found = new Map<number, unknown>();
    const take = (ended: Ended) => {
      const place = places.get(ended.id)!;
      if ("failure" in ended) throw new JobFailed(jobs[place]!, ended.failure);
      found.set(place, ended.result);
      tell(found.size, jobs.length, labelOf(jobs[place]!));
    };
    tell(0, jobs.length, "waiting for workers");
    let [heard, told] = [Date.now(), false];
    while (found.size < jobs.length) {
      const open = ids.filter((id) => !found.has(places.get(id)!));
      const ended = await queue.ended(open);
      ended.forEach(take);
      if (ended.length > 0) heard = Date.now();
      if (found.size === jobs.length) break;
      check();
      if (!told && Date.now() - heard > PATIENCE && (await queue.busy(open)) === 0) {
        say("no worker has taken a job yet: workers see the jobs of the same sources only, with the same DATABASE_URL");
        told = true;
      }
      await setTimeout(LOOK);
    }
    return jobs.map((_, index) => found.get(index));
  };
}

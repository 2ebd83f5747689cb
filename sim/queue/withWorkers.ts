// SPDX-License-Identifier: MIT
import { join } from "node:path";
import { OptionError, wholeWithin } from "../../tools/options.js";
import type { DoQueueJobs } from "./QueueJob.js";
import { buildOf } from "./buildOf.js";
import { Embedded } from "./Embedded.js";
import { LocalWorkers } from "./LocalWorkers.js";
import { Queue } from "./Queue.js";
import { queued } from "./queued.js";

const OWN = 2; // connections of this process, and of each worker

/** Runs something whose jobs `workers` of this machine do, and others that share DATABASE_URL. */
export async function withWorkers<T>(workers: string, run: (doJobs: DoQueueJobs) => Promise<T>): Promise<T> {
  const count = wholeWithin("workers", workers, 0, 64);
  const shared = process.env["DATABASE_URL"];
  if (count === 0 && shared === undefined) {
    throw new OptionError("--workers 0 leaves all to other machines: DATABASE_URL names the PostgreSQL with the queue");
  }
  const say = (text: string) => console.error(text);
  const embedded = shared === undefined ? await Embedded.start(OWN * (count + 1)) : undefined;
  const url = shared ?? embedded!.url;
  const build = buildOf(join(import.meta.dirname, "../.."));
  const onError = ({ message }: Error) => say(`the queue: ${message}`);
  let queue: Queue | undefined;
  let local: LocalWorkers | undefined;
  try {
    queue = await Queue.open(url, build, { connections: OWN, cares: true, onError });
    const own = (local = new LocalWorkers(count, url, say));
    const check = () => {
      if (embedded !== undefined) own.check();
    };
    return await run(queued({ queue, check, say }));
  } finally {
    await local?.stop();
    await queue?.close();
    await embedded?.stop();
  }
}

// SPDX-License-Identifier: MIT
import assert from "node:assert/strict";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { setTimeout } from "node:timers/promises";
import { builtArtifacts } from "../../deploy/built-artifacts.js";
import { doJob } from "../queue/doJob.js";
import type { DoQueueJob, DoQueueJobs, Nap } from "../queue/QueueJob.js";
import { runStress } from "../stress/run.js";
import { buildOf } from "../queue/buildOf.js";
import { Embedded } from "../queue/Embedded.js";
import { LocalWorkers, NoWorkers } from "../queue/LocalWorkers.js";
import { pack, unpack } from "../queue/pack.js";
import { Queue } from "../queue/Queue.js";
import { JobFailed, queued } from "../queue/queued.js";
import { work } from "../queue/work.js";

const ROOT = join(import.meta.dirname, "../..");
const artifact = builtArtifacts(join(ROOT, "build/artifacts"), "npm run lab -- test");
const naps = (count: number, milliseconds: number, from = 0): Nap[] =>
  Array.from({ length: count }, (_, i) => ({ kind: "nap", number: from + i, milliseconds }));
const nothing = () => {};

describe("what a job tells", () => {
  it("arrives as it was: integers of any size, nothing, maps, and zeros with their sign", () => {
    const value = { a: 2n ** 90n, b: undefined, c: new Map([["x", [-0, NaN, 0.1]]]), d: null };
    assert.deepEqual(unpack(pack(value)), value);
  });
});

describe("the build", () => {
  it("is the same for the same sources", () => {
    assert.equal(buildOf(ROOT), buildOf(ROOT));
    assert.match(buildOf(ROOT), /^[0-9a-f]{12}$/);
  });
});

describe("the queue", { timeout: 600_000 }, () => {
  let database: Embedded;
  before(async () => void (database = await Embedded.start(24)));
  after(() => database.stop());

  /** Workers of this process, and a queue to put jobs into. */
  async function withWorkers<T>(build: string, workers: DoQueueJob[], run: (queue: Queue) => Promise<T>): Promise<T> {
    const stop = new AbortController();
    const queue = await Queue.open(database.url, build, { cares: true });
    const own = await Promise.all(workers.map(() => Queue.open(database.url, build)));
    const working = workers.map((each, i) => work({ queue: own[i]!, artifact, doJob: each, signal: stop.signal }));
    try {
      return await run(queue);
    } finally {
      stop.abort();
      await Promise.all(working);
      await Promise.all([...own, queue].map((each) => each.close()));
    }
  }

  it("gives results in the order of the jobs, whoever did them and whenever", async () => {
    const taken: number[] = [];
    const worker = (number: number): DoQueueJob => {
      return (job) => {
        taken.push(number);
        return doJob(job, artifact);
      };
    };
    const jobs = naps(8, 40).map((job, i) => ({ ...job, milliseconds: 20 + 30 * (i % 3) }));
    const found = await withWorkers("order", [worker(1), worker(2), worker(3)], (queue) =>
      queued({ queue })(jobs, nothing),
    );
    assert.deepEqual(found, [0, 1, 2, 3, 4, 5, 6, 7]);
    assert.equal(taken.length, 8);
    assert.ok(new Set(taken).size > 1, "several workers took jobs");
  });

  it("does not do again what is done, as of a run that was broken off", async () => {
    let done = 0;
    const counts: DoQueueJob = (job) => (++done, doJob(job, artifact));
    await withWorkers("again", [counts], async (queue) => {
      assert.deepEqual(await queued({ queue })(naps(3, 1), nothing), [0, 1, 2]);
      assert.deepEqual(await queued({ queue })(naps(5, 1), nothing), [0, 1, 2, 3, 4]);
    });
    assert.equal(done, 5);
  });

  it("jobs of another build are not seen", async () => {
    await withWorkers("one", [(job) => doJob(job, artifact)], async (queue) => {
      const other = await Queue.open(database.url, "two");
      const ids = await other.put(naps(1, 1));
      await queued({ queue })(naps(1, 1), nothing);
      await setTimeout(500);
      assert.deepEqual(await other.ended(ids), []);
      await other.close();
    });
  });

  it("a job that fails ends the run with its name and why, and is done anew by the next run", async () => {
    let fails = true;
    const moody: DoQueueJob = async (job) => {
      if (fails) throw new RangeError("the moon is full");
      return doJob(job, artifact);
    };
    await withWorkers("moody", [moody], async (queue) => {
      await assert.rejects(queued({ queue })(naps(1, 1), nothing), (failure: Error) => {
        return failure instanceof JobFailed && /"nap 0".*the moon is full/s.test(failure.message);
      });
      fails = false;
      assert.deepEqual(await queued({ queue })(naps(1, 1), nothing), [0]);
    });
  });

  it("a worker that is killed loses its job to another, and nothing else", async () => {
    const queue = await Queue.open(database.url, buildOf(ROOT), { cares: true });
    const said: string[] = [];
    const workers = new LocalWorkers(2, database.url, (text) => said.push(text));
    try {
      const jobs = naps(6, 2_500, 100);
      const running = queued({ queue, check: () => workers.check() })(jobs, nothing);
      const ids = await queue.put(jobs); // the same: to ask for them
      while ((await queue.busy(ids)) < 2) await setTimeout(50);
      process.kill(workers.pids[0]!, "SIGKILL");
      assert.deepEqual(await running, [100, 101, 102, 103, 104, 105]);
      assert.equal(workers.pids.length, 1);
      assert.match(said.join(), /has ended with SIGKILL/);
    } finally {
      await workers.stop();
      await queue.close();
    }
  });

  it("a run whose workers are all gone says so", async () => {
    const queue = await Queue.open(database.url, buildOf(ROOT));
    const workers = new LocalWorkers(1, database.url);
    const running = queued({ queue, check: () => workers.check() })(naps(1, 60_000, 200), nothing);
    process.kill(workers.pids[0]!, "SIGKILL");
    await assert.rejects(running, NoWorkers);
    await queue.close();
  });

  it("finds the same to the byte, whatever the number of workers", async () => {
    const options = { scenarios: ["gap"], attacks: false, runs: 2, accounts: 20, seed: 3 };
    const report = async (doJobs?: DoQueueJobs) => {
      const { seconds: _, ...found } = await runStress(options, artifact, nothing, doJobs);
      return JSON.stringify(found);
    };
    const alone = await report();
    for (const count of [1, 2]) {
      const queue = await Queue.open(database.url, buildOf(ROOT), { cares: true });
      const workers = new LocalWorkers(count, database.url);
      try {
        assert.equal(await report(queued({ queue, check: () => workers.check() })), alone, `${count} workers`);
      } finally {
        await workers.stop();
        await queue.close();
      }
    }
  });
});

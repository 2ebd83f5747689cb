// SPDX-License-Identifier: MIT
// npm run lab -- bench: what workers gain, and what the queue costs. See USAGE and docs/lab.md.
import { cpus } from "node:os";
import { join } from "node:path";
import { builtArtifacts } from "../../deploy/built-artifacts.js";
import { main, wholeWithin } from "../../tools/options.js";
import { count, textTable } from "../../tools/table.js";
import { doJob } from "./doJob.js";
import type { DoQueueJobs, Nap } from "./QueueJob.js";
import { runStress } from "../stress/run.js";
import { buildOf } from "./buildOf.js";
import { Embedded } from "./Embedded.js";
import { LocalWorkers } from "./LocalWorkers.js";
import { Queue } from "./Queue.js";
import { queued } from "./queued.js";
import { work } from "./work.js";

const USAGE = `npm run lab -- bench [options]
  --runs N      Monte Carlo runs, shared by 1 and by 2 workers (default 40; 0 leaves that out)
  --nap MS      milliseconds of a job that only sleeps (default 200)
  --help
Workers that sleep need no processor: their table shows what the queue itself costs. The other one is of this machine.`;

const SLEEPERS = [1, 2, 4, 8, 16, 32];
const NAPS = 20; // for each
const ROOT = join(import.meta.dirname, "../..");
const artifact = builtArtifacts(join(ROOT, "build/artifacts"), "npm run lab -- bench");

await main(
  USAGE,
  { runs: { type: "string" }, nap: { type: "string" }, help: { type: "boolean" } },
  async ({ runs = "40", nap = "200" }) => {
    console.log(textTable(await sleepers(wholeWithin("nap", nap, 1, 60_000))));
    const shared = wholeWithin("runs", runs, 0, 10_000);
    if (shared > 0) console.log(`\n${textTable(await stress(shared))}`);
    process.exit(0);
  },
);

/** Workers of this process that sleep. */
async function sleepers(milliseconds: number): Promise<string[][]> {
  const rows = [
    ["sleeping workers", "jobs", "s", "s if the queue took no time", "times one worker", "ms a job is late"],
  ];
  const database = await Embedded.start(2 * SLEEPERS.at(-1)! + 4);
  let one = 0;
  for (const workers of SLEEPERS) {
    const stop = new AbortController();
    const queue = await Queue.open(database.url, `nap${workers}`, { cares: true });
    const own = await Promise.all(Array.from({ length: workers }, () => Queue.open(database.url, `nap${workers}`)));
    const working = own.map((each) => work({ queue: each, artifact, doJob, signal: stop.signal }));
    const jobs = Array.from({ length: NAPS * workers }, (_, number): Nap => ({ kind: "nap", number, milliseconds }));
    const began = performance.now();
    await queued({ queue })(jobs, () => {});
    const took = (performance.now() - began) / 1_000;
    stop.abort();
    await Promise.all(working);
    await Promise.all([...own, queue].map((each) => each.close()));
    if (workers === 1) one = jobs.length / took;
    const least = (NAPS * milliseconds) / 1_000;
    rows.push([
      count(workers),
      count(jobs.length),
      took.toFixed(2),
      least.toFixed(2),
      (jobs.length / took / one).toFixed(2),
      ((1_000 * (took - least)) / NAPS).toFixed(1),
    ]);
  }
  await database.stop();
  return rows;
}

/** The same Monte Carlo runs in this process, and by worker processes that have started before. */
async function stress(runs: number): Promise<string[][]> {
  const options = { scenarios: [], attacks: false, runs, accounts: 60, seed: 1 };
  const rows = [[`Monte Carlo, ${runs} runs on ${cpus().length} cores`, "s", "times one worker", "same result"]];
  const timed = async (doJobs?: DoQueueJobs): Promise<[seconds: number, text: string]> => {
    const began = performance.now();
    const { seconds: _, ...found } = await runStress(options, artifact, () => {}, doJobs);
    return [(performance.now() - began) / 1_000, JSON.stringify(found)];
  };
  const [alone, text] = await timed();
  rows.push(["without a queue", alone.toFixed(1), "", ""]);
  let one = 0;
  for (const workers of [1, 2]) {
    const database = await Embedded.start(2 * workers + 4);
    const queue = await Queue.open(database.url, buildOf(ROOT), { cares: true });
    const local = new LocalWorkers(workers, database.url);
    const doJobs = queued({ queue, check: () => local.check() });
    // Until each has begun.
    await doJobs(
      Array.from({ length: workers }, (_, number): Nap => ({ kind: "nap", number, milliseconds: 3_000 })),
      () => {},
    );
    const [took, found] = await timed(doJobs);
    await local.stop();
    await queue.close();
    await database.stop();
    if (workers === 1) one = took;
    rows.push([`${workers} workers`, took.toFixed(1), (one / took).toFixed(2), found === text ? "yes" : "NO"]);
    if (found !== text) process.exitCode = 1;
  }
  return rows;
}

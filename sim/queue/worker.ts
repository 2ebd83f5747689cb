// SPDX-License-Identifier: MIT
// npm run lab -- worker: does jobs of runs on any machine. See USAGE and docs/lab.md.
import { join } from "node:path";
import { OptionError, main } from "../../tools/options.js";
import { builtArtifacts } from "../../deploy/built-artifacts.js";
import { doJob } from "./doJob.js";
import { buildOf } from "./buildOf.js";
import { Queue } from "./Queue.js";
import { work } from "./work.js";

const USAGE = `DATABASE_URL=postgres://... npm run lab -- worker
  --help
Takes the jobs of runs from the queue in that PostgreSQL, one after the other, until it is stopped: SIGINT or SIGTERM
ends it after its job, a second one at once. It sees only jobs of the same sources.`;

await main(USAGE, { help: { type: "boolean" } }, async () => {
  const url = process.env["DATABASE_URL"];
  if (url === undefined) throw new OptionError("DATABASE_URL names the PostgreSQL with the queue, and is not set");
  const root = join(import.meta.dirname, "../..");
  const build = buildOf(root);
  const stop = new AbortController();
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    process.on(signal, () => (stop.signal.aborted ? process.exit(130) : stop.abort()));
  }
  // Of a run on this machine: it ends with its run.
  process.once("disconnect", () => process.exit(0));
  const own = process.send === undefined;
  const say = (text: string) => own && console.error(text);
  const queue = await Queue.open(url, build, { onError: ({ message }) => say(`the queue: ${message}`) });
  say(`build ${build}: waiting for jobs`);
  const artifact = builtArtifacts(join(root, "build/artifacts"), "npm run lab -- worker");
  await work({ queue, artifact, doJob, signal: stop.signal, say });
  await queue.close();
  process.exit(0);
});

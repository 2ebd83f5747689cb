#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# pg-boss 12.38.0 on PGlite 0.5.14 (the same on PostgreSQL 18).
# Guess: `fetch` and `work` with a batch size give the jobs of a batch in the order of the queue: by priority, then as
#   they were sent.
# Seen: which jobs are in the batch follows the queue, their order in it follows nothing: it comes from how the
#   database joins the rows it updates. Asked for one by one the same jobs come in order, so a test with the default
#   size passes.
# Exits 0 while that is so.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund node@24.21.0
export PATH=$folder/node_modules/.bin:$PATH
npm install --silent --no-audit --no-fund pg-boss@12.38.0 @electric-sql/pglite@0.5.14 @electric-sql/pglite-socket@0.2.17
cat >play.mjs <<'JS'
import { PGlite } from "@electric-sql/pglite";
import { PGLiteSocketServer } from "@electric-sql/pglite-socket";
import { PgBoss } from "pg-boss";

const server = new PGLiteSocketServer({ db: await PGlite.create(), port: 9746, host: "127.0.0.1", maxConnections: 20 });
await server.start();
const boss = new PgBoss({ connectionString: "postgres://postgres@127.0.0.1:9746/postgres", max: 1 });
boss.on("error", ({ message }) => console.error(message));
await boss.start();
const SENT = Array.from({ length: 40 }, (_, n) => n);
const drawn = async (queue, batchSize) => {
  await boss.createQueue(queue);
  for (const n of SENT) await boss.send(queue, { n });
  const jobs = [];
  while (jobs.length < 30) jobs.push(...(await boss.fetch(queue, { batchSize })));
  return jobs.map(({ data }) => data.n);
};
const [single, batch] = [await drawn("single", 1), await drawn("batch", 30)];
console.log(`one by one:   ${single.join(" ")}`);
console.log(`batch of 30:  ${batch.join(" ")}`);
const first = SENT.slice(0, 30).join();
const sorted = [...batch].sort((a, b) => a - b).join();
await boss.stop({ graceful: false });
await server.stop();
process.exit(single.join() === first && sorted === first && batch.join() !== first ? 0 : 1);
JS
node play.mjs

#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# pg-boss 12.38.0 on PGlite 0.5.14 (the same on PostgreSQL 18).
# Guess: of two jobs with one `singletonKey` a queue takes one while the first waits or runs, and answers null to the
#   other.
# Seen: a queue of the standard policy takes both and runs both at once: the key counts only with a policy of the
#   queue. "singleton" takes both too, and runs one at a time; "short" refuses while one waits, not while one runs.
#   Only "exclusive" does what the option's name says.
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
const found = {};
for (const policy of ["standard", "singleton", "short", "exclusive"]) {
  await boss.createQueue(policy, { policy });
  const take = async () => ((await boss.send(policy, {}, { singletonKey: "one" })) === null ? "refused" : "taken");
  await take();
  const waiting = await take();
  let running = (await boss.fetch(policy)).length;
  const whileRunning = await take();
  running += (await boss.fetch(policy)).length;
  found[policy] = `${waiting}, ${whileRunning}, ${running}`;
  console.log(
    `${policy}: a second one while the first waits ${waiting}, while it runs ${whileRunning}; at once run ${running}`,
  );
}
await boss.stop({ graceful: false });
await server.stop();
const expected = ["taken, taken, 2", "taken, taken, 1", "refused, taken, 2", "refused, refused, 1"];
process.exit(Object.values(found).join(";") === expected.join(";") ? 0 : 1);
JS
node play.mjs

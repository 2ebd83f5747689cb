// SPDX-License-Identifier: MIT
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { Service, type Health } from "../run/Service.js";

const LEASH = join(import.meta.dirname, "../run/leash.mjs");
const folder = mkdtempSync(join(tmpdir(), "venue-service-"));
after(() => rmSync(folder, { recursive: true, force: true }));

/** A program that starts a child of its own, and writes the ids of both. */
const program = join(folder, "program.mjs");
writeFileSync(
  program,
  `import { spawn } from "node:child_process";
   import { appendFileSync } from "node:fs";
   const child = spawn(process.execPath, ["-e", "setInterval(() => {}, 1000)"], { stdio: "ignore" });
   appendFileSync(process.argv[2], process.pid + " " + child.pid + "\\n");
   process.on("SIGTERM", () => { child.kill(); process.exit(0); });
   setInterval(() => {}, 1000);`,
);

const isAlive = (pid: number) => {
  try {
    process.kill(pid, 0);
    return !readFileSync(`/proc/${pid}/stat`, "utf8").includes(") Z ");
  } catch {
    return false;
  }
};

async function until(what: string, is: () => boolean): Promise<void> {
  for (let tries = 0; tries < 300; ++tries) {
    if (is()) return;
    await sleep(100);
  }
  throw new Error(`not in time: ${what}`);
}

let files = 0;
function serviceOf(command: (file: string) => string[], more: { vital?: boolean } = {}) {
  const file = join(folder, `pids-${++files}`);
  writeFileSync(file, "");
  const said: string[] = [];
  const health = async (): Promise<Health> => ({ ok: true, says: "here" });
  const spec = { name: "it", command: command(file), env: {}, cwd: folder, url: "", log: join(folder, "log"), health };
  const service = new Service({ ...spec, ...more }, (line) => said.push(line));
  const lives = () =>
    readFileSync(file, "utf8")
      .trim()
      .split("\n")
      .filter(Boolean)
      .map((line) => line.split(" ").map(Number));
  return { service, said, lives };
}
const plain = (file: string) => [process.execPath, "--import", LEASH, program, file];

test("what dies is named and started again, after a pause that doubles; what it had started is ended", async () => {
  const { service, said, lives } = serviceOf(plain);
  service.start();
  await until("the first life", () => lives().length === 1);
  service.kill();
  await until("the second life", () => lives().length === 2);
  service.kill();
  await until("the third life", () => lives().length === 3);
  assert.match(said[0]!, /^ended with SIGKILL: started again in 0.5 s/);
  assert.match(said[1]!, /^ended with SIGKILL: started again in 1 s/);
  assert.equal(service.starts, 3);
  const [first, , third] = lives();
  assert.deepEqual(first!.map(isAlive), [false, false]);
  await service.stop();
  assert.deepEqual(third!.map(isAlive), [false, false]);
  assert.equal(service.running, false);
});

test("a vital service is not started again: its death is told", async () => {
  const { service, lives } = serviceOf(plain, { vital: true });
  const lost = new Promise<string>((resolve) => (service.onLost = resolve));
  service.start();
  await until("its life", () => lives().length === 1);
  service.kill();
  assert.match(await lost, /^it ended with SIGKILL/);
  assert.equal(service.starts, 1);
});

test("a service that does not listen to SIGTERM is ended all the same", async () => {
  const deaf = join(folder, "deaf.mjs");
  writeFileSync(
    deaf,
    readFileSync(program, "utf8").replace(/process\.on\("SIGTERM".*/, 'process.on("SIGTERM", () => {});'),
  );
  const { service, lives } = serviceOf((file) => [process.execPath, deaf, file]);
  service.start();
  await until("its life", () => lives().length === 1);
  await service.stop();
  assert.deepEqual(lives()[0]!.map(isAlive), [false, false]);
});

test("when whoever started them is killed, programs on the leash end: Node's, and others", async () => {
  const file = join(folder, "orphans");
  writeFileSync(file, "");
  const parent = join(folder, "parent.mjs");
  writeFileSync(
    parent,
    `import { spawn } from "node:child_process";
     import { appendFileSync } from "node:fs";
     const [leash, program, file] = process.argv.slice(2);
     const stdio = ["pipe", "ignore", "inherit"];
     spawn(process.execPath, ["--import", leash, program, file], { stdio, detached: true });
     const other = spawn(process.execPath, [leash, "sleep", "600"], { stdio, detached: true });
     appendFileSync(file, other.pid + "\\n");
     setInterval(() => {}, 1000);`,
  );
  const child = spawn(process.execPath, [parent, LEASH, program, file], { stdio: ["ignore", "ignore", "inherit"] });
  const pids = () => readFileSync(file, "utf8").trim().split(/\s+/).filter(Boolean).map(Number);
  await until("all are there", () => pids().length === 3);
  await sleep(500);
  child.kill("SIGKILL");
  await until("all have ended", () => !pids().some(isAlive));
});

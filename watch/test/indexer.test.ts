// SPDX-License-Identifier: MIT
import assert from "node:assert/strict";
import { spawn, type ChildProcess } from "node:child_process";
import { createServer, type AddressInfo } from "node:net";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import pg from "pg";
import { noFaults } from "../../sim/trial/Faults.js";
import { Postgres } from "../../sim/trial/Postgres.js";
import { Proxy } from "../../sim/trial/proxy.js";
import { member } from "../../sim/venue/orders.js";
import { Play, type Watching } from "./Play.js";

const ROOT = join(import.meta.dirname, "../..");
const who = member("watch, indexed");

/** A real indexer on a real PostgreSQL. Its doctor is told to be patient, so that it goes on serving what is wrong. */
describe("alarms of a real indexer", () => {
  let play: Play;
  let proxy: Proxy;
  let postgres: Postgres;
  let child: ChildProcess;
  let watching: Watching;
  let url: string;
  before(async () => {
    play = await Play.open();
    await play.refresh();
    await play.settleAnchors();
    await play.enter("BTC", [[who, 1, 50_000]]);
    for (let i = 0; i < 35; ++i) await play.venue.mine([]); // accounts stand still
    proxy = await Proxy.start(play.url);
    postgres = await Postgres.start();
    const port = await freePort();
    url = `http://127.0.0.1:${port}`;
    const args = ["--rpc", proxy.url, "--deployment", play.file, "--port", String(port), "--schema", "watched"];
    const env = { ...process.env, DATABASE_URL: postgres.url, DOCTOR_INTERVAL: "300", DOCTOR_PATIENCE: "1000000000" };
    const command = ["--import", "tsx", join(ROOT, "indexer/main.ts"), ...args, "--max-lag", "1000000"];
    child = spawn(process.execPath, command, { cwd: ROOT, env, stdio: "ignore" });
    await until(async () => (await health())?.["status"] === "ok");
    watching = play.watching({ indexer: url });
    await watching.look(0, "venue");
  });
  after(async () => {
    const ended = new Promise((resolve) => child?.once("exit", resolve));
    child?.kill("SIGTERM");
    await Promise.race([ended, sleep(10_000).then(() => child?.kill("SIGKILL"))]);
    await proxy?.stop();
    postgres?.stop();
    play?.stop();
  });

  const health = async (): Promise<Record<string, unknown> | undefined> => {
    const answer = await fetch(`${url}/v1/health`).catch(() => undefined);
    return answer?.json().catch(() => undefined) as Promise<Record<string, unknown> | undefined>;
  };
  const sql = async (text: string, ...values: unknown[]) => {
    const client = new pg.Client({ connectionString: postgres.url });
    await client.connect();
    try {
      await client.query("set session_replication_role = replica"); // Ponder's triggers need a table of its session
      return (await client.query(text, values)).rowCount;
    } finally {
      await client.end();
    }
  };
  /** Its answers are kept for a moment. */
  const cash = async (): Promise<bigint> => {
    const answer = await fetch(`${url}/v1/accounts/${who.account}`);
    return BigInt(((await answer.json()) as { account: { cash: string } }).account.cash);
  };
  const look = (seconds: number) => watching.look(seconds, "indexer");

  it("IndexerWrong: a row is changed behind its back, and made right again", async () => {
    assert.deepEqual(await look(0), []);
    assert.deepEqual(await look(100), []);
    const id = String(who.account);
    const right = await cash();
    assert.equal(await sql("update watched.accounts set cash = cash + 1 where id = $1", id), 1);
    await until(async () => (await cash()) === right + 1n);
    await look(1);
    assert.deepEqual(await look(20), [`RAISED IndexerWrong [account ${id}, cash]`]);
    assert.match(watching.says("IndexerWrong"), /^the indexer says (\d+), the chain \d+$/);
    await sql("update watched.accounts set cash = cash - 1 where id = $1", id);
    await until(async () => (await cash()) === right);
    await look(1);
    assert.deepEqual(await look(5), [`CLEARED IndexerWrong [account ${id}, cash]`]);
  });

  it("IndexerBehind: it is cut off from the node while the chain goes on, and catches up", async () => {
    assert.deepEqual(await look(100), []);
    proxy.faults = { ...noFaults(), dropped: true };
    proxy.drop();
    await play.venue.mine([], play.venue.now + 600);
    await look(1);
    assert.deepEqual(await look(20), ["RAISED IndexerBehind [indexer]"]);
    assert.match(watching.says("IndexerBehind"), /6\d\d s behind$/);
    proxy.faults = noFaults();
    await until(async () => {
      await play.venue.mine([]);
      return !(await look(10)).every((line) => !line.includes("CLEARED IndexerBehind"));
    });
    assert.deepEqual(await watching.standing(), []);
  });
});

async function until(is: () => Promise<boolean>): Promise<void> {
  for (let i = 0; i < 900; ++i) {
    if (await is()) return;
    await sleep(100);
  }
  throw new Error("not within 90 s");
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer();
    server.listen(0, "127.0.0.1", () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => resolve(port));
    });
  });
}

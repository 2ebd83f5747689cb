// SPDX-License-Identifier: MIT
import assert from "node:assert/strict";
import { spawn, type ChildProcess } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { deploymentText } from "../../sdk/deployment.js";
import { healthOf } from "../run/Supervisor";
import { Story } from "./Story";
import { freePort } from "./Running";

const MAIN = join(import.meta.dirname, "../main.ts");

/** `npm run indexer` as an operator runs and kills it: nothing of it may go on answering. */
describe("the indexer's command", { timeout: 600_000 }, () => {
  let story: Story;
  let folder: string;
  let port: number;
  let command: ChildProcess | undefined;

  before(async () => {
    story = await Story.open();
    port = await freePort();
    folder = mkdtempSync(join(tmpdir(), "novation-indexer-"));
    writeFileSync(join(folder, "deployment.json"), deploymentText(await story.deployment()));
  });
  after(() => {
    command?.kill("SIGKILL");
    story?.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  const start = async () => {
    const where = ["--rpc", story.url, "--deployment", join(folder, "deployment.json"), "--data", folder];
    const args = ["--import", "tsx", MAIN, ...where, "--port", String(port)];
    command = spawn(process.execPath, args, { stdio: "ignore", env: { ...process.env, DATABASE_URL: undefined } });
    for (let tries = 0; (await healthOf(port)) === undefined; ++tries) {
      assert.ok(tries < 1_200, "it did not answer within two minutes");
      await sleep(100);
    }
  };
  const ends = async (signal: "SIGKILL" | "SIGTERM") => {
    const gone = new Promise((resolve) => command!.once("exit", resolve));
    command!.kill(signal);
    await gone;
    for (let tries = 0; await listens(port); ++tries) {
      assert.ok(tries < 100, "Ponder still listened ten seconds after its parent had ended");
      await sleep(100);
    }
  };

  for (const signal of ["SIGKILL", "SIGTERM"] as const) {
    it(`takes Ponder with it at ${signal}`, async () => {
      await start();
      await ends(signal);
    });
  }
});

function listens(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1", () => {
      socket.destroy();
      resolve(true);
    });
    socket.once("error", () => resolve(false));
  });
}

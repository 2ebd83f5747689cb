// SPDX-License-Identifier: MIT
import assert from "node:assert/strict";
import { spawn, type ChildProcess } from "node:child_process";
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { after, before, describe, it } from "node:test";
import { freePort } from "./Running";
import { Story } from "./Story";

/** In Ponder 0.16.10 a row that `db.find` gave out changed when the handler wrote it later. */
describe("a row that Ponder's db.find gave out", { timeout: 180_000 }, () => {
  let story: Story;
  let child: ChildProcess;
  let port: number;

  before(async () => {
    story = await Story.open();
    for (const mark of [190, 191, 192, 193]) await story.venue.setMark(story.markets.SOL, mark);
    port = await freePort();
    const ponder = join(dirname(fileURLToPath(import.meta.resolve("ponder"))), "bin/ponder.js");
    const root = join(import.meta.dirname, "frozen");
    const feed = (await story.deployment()).markets.find(({ symbol }) => symbol === "SOL")!.aggregator;
    const own = { RPC_URL: story.url, FEED: feed, FROZEN_FOLDER: mkdtempSync(join(tmpdir(), "novation-frozen-")) };
    const env = { ...process.env, ...own, PONDER_TELEMETRY_DISABLED: "true" };
    const args = [ponder, "start", "--root", root, "--schema", "frozen", "--port", String(port)];
    child = spawn(process.execPath, args, { cwd: root, env, stdio: "ignore" });
    process.once("exit", () => child.kill("SIGKILL"));
  });
  after(() => {
    child?.kill("SIGKILL");
    story?.stop();
  });

  it("says what it said when it was found, whatever is written later", async () => {
    let rows: { before: string; afterUpdate: string; afterInsert: string }[] = [];
    while (rows.length < 4) {
      await sleep(500);
      const response = await fetch(`http://127.0.0.1:${port}/seen`).catch(() => undefined);
      if (response?.ok) rows = (await response.json()) as typeof rows;
    }
    for (const { before, afterUpdate, afterInsert } of rows)
      assert.deepEqual([afterUpdate, afterInsert], [before, before]);
    assert.equal(new Set(rows.map(({ before: answer }) => answer)).size, 4);
  });
});

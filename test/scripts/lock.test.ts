// SPDX-License-Identifier: MIT
import { expect } from "chai";
import { spawn, spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

const LOCK = pathToFileURL("scripts/lock.mjs").href;

describe("a lock between processes", () => {
  let folder: string;
  beforeEach(() => (folder = mkdtempSync(join(tmpdir(), "novation-lock-"))));
  afterEach(() => rmSync(folder, { recursive: true }));

  const file = () => join(folder, "lock");
  /** A process that holds the lock for so long, and notes when it has it and when it gives it back. */
  const holder = (name: string, ms: number) => {
    const note = (word: string) => `appendFileSync(${JSON.stringify(join(folder, "notes"))}, "${name} ${word};")`;
    const code = `import { appendFileSync } from "node:fs"; import { takeLock } from ${JSON.stringify(LOCK)};
      const giveBack = takeLock(${JSON.stringify(file())}, "another"); ${note("has")};
      setTimeout(() => { ${note("had")}; giveBack(); }, ${ms});`;
    return spawn(process.execPath, ["--input-type=module", "-e", code], { stdio: ["ignore", "ignore", "pipe"] });
  };
  const ended = (child: ReturnType<typeof holder>) => new Promise((resolve) => child.on("close", resolve));
  const notes = () => readFileSync(join(folder, "notes"), "utf8");

  it("is one process's at a time, and the other says that it waits", async () => {
    const one = holder("one", 1_500);
    while (!existsSync(file())) await new Promise((resolve) => setTimeout(resolve, 20));
    const two = holder("two", 0);
    let said = "";
    two.stderr!.on("data", (chunk: Buffer) => (said += chunk.toString()));
    expect(await Promise.all([ended(one), ended(two)])).to.deep.equal([0, 0]);
    expect(notes()).to.equal("one has;one had;two has;two had;");
    expect(said).to.equal("another is running, waiting ...\n");
    expect(existsSync(file())).to.equal(false);
  });

  it("is nobody's when its holder is dead", async () => {
    const { pid } = spawnSync(process.execPath, ["-e", ""]);
    writeFileSync(file(), String(pid));
    expect(await ended(holder("next", 0))).to.equal(0);
    expect(notes()).to.equal("next has;next had;");
  });
});

// SPDX-License-Identifier: MIT
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { deploymentText } from "../../sdk/deployment.js";
import { Town } from "./Town.js";

const ROOT = join(import.meta.dirname, "../..");

interface Ended {
  code: number;
  out: string;
  err: string;
}

describe("the commands, as processes", () => {
  const folder = mkdtempSync(join(tmpdir(), "govern-"));
  const at = (name: string) => join(folder, name);
  let town: Town;
  before(async () => {
    town = await Town.open({ leverages: [18, 10, 5] });
    writeFileSync(at("deployment.json"), deploymentText(town.deployment));
  });
  after(() => {
    town?.stop();
    rmSync(folder, { recursive: true });
  });

  const run = (name: string, ...args: string[]): Promise<Ended> => {
    const file = join(ROOT, `govern/commands/${name}.ts`);
    const env = { ...process.env, NOVATION_RPC: town.url, NOVATION_DEPLOYMENT: at("deployment.json") };
    return new Promise((resolve) => {
      execFile(process.execPath, ["--import", "tsx", file, ...args], { cwd: ROOT, env }, (failure, out, err) => {
        resolve({ code: failure === null ? 0 : Number(failure.code), out, err });
      });
    });
  };
  const wish = (text: string) => {
    writeFileSync(at("wish.yaml"), text);
    return at("wish.yaml");
  };

  it("propose writes the report and the calls, and says what it found", async () => {
    const file = wish("title: Wider\nmarkets: { BTC: { initialMargin: 8%, maintenanceMargin: 6% } }\n");
    const { code, out, err } = await run("propose", file, "--out", at("made"));
    assert.equal(code, 0, err);
    assert.match(out, /maintenanceMargin +3% +6%/);
    assert.match(out, /1 of \d+ accounts change/);
    const names = ["report.html", "report.md", "report.json", "calls.json", "1-schedule-RISK.safe.json"];
    for (const name of names) assert.ok(existsSync(join(at("made"), name)), name);
    const report = JSON.parse(readFileSync(join(at("made"), "report.json"), "utf8")) as {
      accounts: { changes: { after: string }[] };
    };
    assert.deepEqual(
      report.accounts.changes.map(({ after: is }) => is),
      ["LIQUIDATABLE"],
    );
  });

  it("propose ends with 1 for what is refused, by its name, and writes nothing", async () => {
    const file = wish("title: Too much\nvenue: { lockDelay: 2 h }\n");
    const { code, err } = await run("propose", file, "--out", at("refused"));
    assert.equal(code, 1);
    assert.match(err, /govern: BeyondBounds: .*wish\.yaml:2: venue\.lockDelay/);
    assert.equal(existsSync(at("refused")), false);
  });

  it("end with 2 when they are called wrongly, and say how", async () => {
    for (const [name, ...args] of [["propose"], ["propose", "a", "b"], ["list", "x"], ["check"], ["drill", "flood"]]) {
      const { code, err } = await run(name!, ...args);
      assert.equal(code, 2, `${name} ${args.join(" ")}: ${err}`);
      assert.match(err, /npm run govern -- /);
    }
    assert.equal((await run("list", "--rpc", "nonsense")).code, 2);
  });

  it("end with 3 when no node answers, and with 1 when the node is of another chain", async () => {
    assert.equal((await run("list", "--rpc", "http://127.0.0.1:1")).code, 3);
    const other = deploymentText({ ...town.deployment, chainId: 5n });
    writeFileSync(at("other.json"), other);
    const { code, err } = await run("list", "--deployment", at("other.json"));
    assert.equal(code, 1);
    assert.match(err, /DeploymentOfOtherChain/);
  });

  it("state writes what check finds nothing against; a wish that is not fulfilled is a difference", async () => {
    assert.equal((await run("state", "--out", at("venue.yaml"))).code, 0);
    const same = await run("check", at("venue.yaml"));
    assert.equal(same.code, 0, same.out + same.err);
    const { code, out } = await run("check", wish("title: T\nvenue: { lockDelay: 3 min }\n"), "--json");
    assert.equal(code, 1);
    const { ok, drift } = JSON.parse(out) as { ok: boolean; drift: { wished: string; found: string }[] };
    assert.deepEqual([ok, drift.map(({ wished, found }) => [wished, found])], [false, [["3 min", "2 min"]]]);
  });

  it("list says that nothing waits; drill plays one by its name", async () => {
    assert.match((await run("list")).out, /Nothing is scheduled/);
    const { code, out } = await run("drill", "winddown");
    assert.equal(code, 0);
    assert.match(out, /final price/);
  });
});

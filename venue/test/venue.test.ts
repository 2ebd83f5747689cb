// SPDX-License-Identifier: MIT
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { parseDeployment } from "../../sdk/deployment.js";
import { Run } from "./Run.js";

const ROOT = join(import.meta.dirname, "../..");
const OPEN = 300; // seconds for a venue to open, also on a busy machine
const folder = mkdtempSync(join(tmpdir(), "venue-files-"));
after(() => rmSync(folder, { recursive: true, force: true }));

/** The same command with other options, to its end. */
function command(...args: string[]) {
  return spawnSync(process.execPath, ["--import", "tsx", "venue/main.ts", ...args], { cwd: ROOT, encoding: "utf8" });
}

test("a crash with every fault in it: all come back, nothing is lost, and nothing stays behind", async () => {
  const run = await Run.start("--scene", "crash", "--faults", "--for", "6m");
  await run.says(/Ctrl-C ends all/, OPEN);

  const deployment = await (await fetch(`${run.page}/deployment.json`)).text();
  const { token, markets, chainId } = parseDeployment(deployment, "the page's");
  assert.deepEqual([chainId, markets.map(({ symbol }) => symbol)], [31_337n, ["BTC", "SOL"]]);
  const services = (await (await fetch(`${run.page}/services.json`)).json()) as Record<string, string>;
  const rpc = new URL(services["rpc"]!, run.page);
  const info = (await (await fetch(new URL(`${services["relay"]}/v1/info`, run.page))).json()) as { chainId: number };
  assert.equal(info.chainId, 31_337);

  const somebody = `0x${"ab".repeat(20)}`;
  const funded = command("--ports", String(run.ports), "--fund", somebody);
  assert.match(funded.stdout, /^10 ether and 100,000 test tokens/);
  const balance = await ask(rpc, "eth_call", [
    { to: token, data: `0x70a08231${somebody.slice(2).padStart(64, "0")}` },
    "latest",
  ]);
  assert.equal(BigInt(balance), 100_000_000_000n);

  const again = command("--ports", String(run.ports));
  assert.match(again.stderr, /^PortTaken: port \d+ cannot be used.*--ports N/);
  assert.equal(again.status, 1);
  const file = join(folder, "other.json");
  writeFileSync(file, JSON.stringify({ ...JSON.parse(deployment), genesisHash: `0x${"7".repeat(64)}` }));
  const other = command("--rpc", rpc.href, "--deployment", file, "--ports", String(run.ports + 100));
  assert.match(other.stderr, /^DeploymentOfOtherChain: .*other\.json is of another chain: its genesis/);

  assert.equal(await run.ended(900), 0, run.said);
  for (const name of ["relay", "keeper", "indexer", "traders", "oracle"]) {
    assert.match(run.said, new RegExp(`${name} +ended with SIGKILL: started again in`));
    assert.match(run.said, new RegExp(`recovery kill -9 of ${name}: [\\d.]+ s`));
  }
  assert.match(run.said, /recovery node cut off for \d+ s: [\d.]+ s/);
  assert.match(run.said, /recovery database away for \d+ s: [\d.]+ s/);
  for (const what of ["contracts", "keeper", "receipts", "indexer", "book", "audit"]) {
    assert.match(run.said, new RegExp(`check ${what} +equal: `), run.said);
  }
  assert.match(run.said, /all services are equal to the chain/);
  const [, fills = "0", locks = "0"] = /(\d+) fills, .* (\d+) locks/.exec(run.said) ?? [];
  assert.ok(Number(fills) > 0 && Number(locks) > 0, "there was trading, and a crash");
  assert.deepEqual(await run.left(20), []);
  run.remove();
});

test("Ctrl-C ends all, also while it opens", async () => {
  const run = await Run.start();
  await run.says(/relay +well/, OPEN);
  assert.ok(run.processes().length >= 5);
  run.child.kill("SIGINT");
  assert.equal(await run.ended(60), 0);
  assert.deepEqual(await run.left(5), []);
  run.remove();
});

test("a venue that is killed leaves no process behind", async () => {
  const run = await Run.start();
  await run.says(/relay +well/, OPEN);
  run.child.kill("SIGKILL");
  assert.deepEqual(await run.left(40), []);
  run.remove();
});

async function ask(url: URL, method: string, params: unknown[]): Promise<string> {
  const headers = { "content-type": "application/json" };
  const body = JSON.stringify({ jsonrpc: "2.0", id: 1, method, params });
  return ((await (await fetch(url, { method: "POST", headers, body })).json()) as { result: string }).result;
}

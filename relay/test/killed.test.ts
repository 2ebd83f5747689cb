// SPDX-License-Identifier: MIT
import { expect } from "chai";
import { spawn, type ChildProcess } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { deploymentText } from "../../sdk/deployment.js";
import { keyOf as anvilKey } from "../../sim/venue/anvil.js";
import { orderHash } from "../order/hash.js";
import type { SignedOrder } from "../order/Order.js";
import { signedToWire } from "../order/wire.js";
import { PRICE, Venue } from "./Venue.js";

const ROOT = join(import.meta.dirname, "../..");

/** The relay as its command starts it. */
class Process {
  private constructor(
    private readonly child: ChildProcess,
    readonly url: string,
  ) {}

  static async start(folder: string, node: string, port: number): Promise<Process> {
    const files = ["--deployment", join(folder, "deployment.json"), "--database", join(folder, "relay.db")];
    const args = [...files, "--rpc", node, "--port", String(port), "--config", join(folder, "config.json")];
    const env = { ...process.env, NOVATION_RELAY_KEY: anvilKey(7), NOVATION_RELAY_LOG: "warn" };
    const file = join(ROOT, "relay/main.ts");
    const child = spawn(process.execPath, ["--import", "tsx", file, ...args], { cwd: ROOT, env, stdio: "inherit" });
    const relay = new Process(child, `http://127.0.0.1:${port}`);
    for (;;) {
      const answer = await fetch(`${relay.url}/health`).catch(() => undefined);
      if (answer?.ok) return relay;
      if (child.exitCode !== null) throw new Error(`the relay ended with ${child.exitCode}`);
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }

  async kill(signal: NodeJS.Signals): Promise<void> {
    const ended = new Promise((resolve) => this.child.once("exit", resolve));
    this.child.kill(signal);
    await ended;
  }

  async post(signed: SignedOrder): Promise<number> {
    const body = JSON.stringify(signedToWire(signed));
    const answer = await fetch(`${this.url}/v1/orders`, { method: "POST", body }).catch(() => undefined);
    return answer?.status ?? 0;
  }

  async get(path: string): Promise<Record<string, unknown>> {
    return (await (await fetch(this.url + path)).json()) as Record<string, unknown>;
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

describe("a relay's process", function () {
  this.timeout(120_000);
  let venue: Venue;
  let folder: string;
  let relay: Process | undefined;
  before(async () => {
    venue = await Venue.open();
    await venue.running.close();
    folder = mkdtempSync(join(tmpdir(), "relay-"));
    writeFileSync(join(folder, "deployment.json"), deploymentText(venue.venue.deployment));
    writeFileSync(join(folder, "config.json"), JSON.stringify({ reorgDepth: 8, pollInterval: 50, gather: 0 }));
  });
  after(async () => {
    await relay?.kill("SIGKILL");
    venue.chain.stop();
    rmSync(folder, { recursive: true });
  });

  it("killed in the middle of many orders, it has all that it accepted, and settles what it had matched", async () => {
    const port = await freePort();
    relay = await Process.start(folder, venue.url, port);
    const maker = await venue.order(0, -2, PRICE);
    const taker = await venue.order(1, 1, PRICE);
    const many = await Promise.all(
      Array.from({ length: 200 }, (_, i) => venue.order(2 + (i % 5), 0.01, PRICE - 100 - i)),
    );
    expect(await relay.post(maker)).to.equal(201);
    const accepted: SignedOrder[] = [maker];
    const posting = [...many.slice(0, 60), taker, ...many.slice(60)].map(async (signed) => {
      if ((await relay!.post(signed)) === 201) accepted.push(signed);
    });
    while (accepted.length < 80) await new Promise((resolve) => setTimeout(resolve, 1));
    await relay.kill("SIGKILL");
    await Promise.all(posting);
    expect(accepted.length).to.be.lessThan(201);

    relay = await Process.start(folder, venue.url, port);
    for (const signed of accepted) {
      const state = await relay.get(`/v1/orders/${orderHash(signed.order)}`);
      expect(state["error"], `accepted as ${accepted.indexOf(signed)}`).to.equal(undefined);
    }
    if (!accepted.includes(taker)) expect(await relay.post(taker)).to.be.oneOf([200, 201]);
    for (let block = 0; block < 20 && (await venue.held(1)) === 0n; ++block) {
      await venue.chain.mineWaiting();
      await new Promise((resolve) => setTimeout(resolve, 300));
    }
    expect(Number(await venue.held(1)) / 1e9, "settled once").to.equal(1);
    for (let block = 0; block < 3; ++block) {
      await venue.chain.mineWaiting();
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
    expect(Number(await venue.held(1)) / 1e9).to.equal(1);
    expect((await relay.get(`/v1/orders/${orderHash(maker.order)}`))["left"]).to.equal(String(1_000_000_000));
  });

  it("ends in order on SIGTERM, and its database is free", async () => {
    await relay!.kill("SIGTERM");
    relay = await Process.start(folder, venue.url, await freePort());
    expect((await relay.get("/v1/info"))["clearinghouse"]).to.be.a("string");
  });
});

// SPDX-License-Identifier: MIT
import { spawn, type ChildProcess } from "node:child_process";
import { writeFileSync } from "node:fs";
import { createServer, type AddressInfo } from "node:net";
import { join } from "node:path";
import { deploymentText, type Deployment } from "../../sdk/deployment.js";
import { keyOf as anvilKey } from "../../sim/venue/anvil.js";
import type { SignedOrder } from "../order/Order.js";
import { signedToWire } from "../order/wire.js";
import type { Venue } from "./Venue.js";

const ROOT = join(import.meta.dirname, "../..");

/** The relay as its command starts it. */
export class Process {
  private constructor(
    private readonly child: ChildProcess,
    readonly url: string,
  ) {}

  static async start(folder: string, node: string, port: number): Promise<Process> {
    const relay = Process.spawn(folder, node, port);
    await relay.ready();
    return relay;
  }

  /** It may have to wait for its turn. `database`: a PostgreSQL in place of the file. */
  static spawn(folder: string, node: string, port: number, database?: string): Process {
    const files = ["--deployment", join(folder, "deployment.json"), "--database", join(folder, "relay.db")];
    const args = [...files, "--rpc", node, "--port", String(port), "--config", join(folder, "config.json")];
    const env = { ...process.env, NOVATION_RELAY_KEY: anvilKey(7), NOVATION_RELAY_LOG: "silent" };
    if (database !== undefined) Object.assign(env, { DATABASE_URL: database });
    const file = join(ROOT, "relay/main.ts");
    const child = spawn(process.execPath, ["--import", "tsx", file, ...args], { cwd: ROOT, env, stdio: "inherit" });
    return new Process(child, `http://127.0.0.1:${port}`);
  }

  get isReady(): Promise<boolean> {
    return fetch(`${this.url}/health`).then(
      ({ ok }) => ok,
      () => false,
    );
  }

  async ready(): Promise<void> {
    while (!(await this.isReady)) {
      if (this.child.exitCode !== null) throw new Error(`the relay ended with ${this.child.exitCode}`);
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }

  /** It ends by itself, with this code. */
  async ended(): Promise<number | null> {
    while (this.child.exitCode === null) await new Promise((resolve) => setTimeout(resolve, 50));
    return this.child.exitCode;
  }

  async kill(signal: NodeJS.Signals): Promise<void> {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return;
    const ended = new Promise((resolve) => this.child.once("exit", resolve));
    this.child.kill(signal);
    await ended;
  }

  async post(signed: SignedOrder): Promise<number> {
    const body = JSON.stringify(signedToWire(signed));
    const answer = await fetch(`${this.url}/v1/orders`, { method: "POST", body }).catch(() => undefined);
    return answer?.status ?? 0;
  }

  async package(legs: readonly SignedOrder[]): Promise<number> {
    const body = JSON.stringify({ legs: legs.map(signedToWire) });
    const answer = await fetch(`${this.url}/v1/packages`, { method: "POST", body }).catch(() => undefined);
    return answer?.status ?? 0;
  }

  async get(path: string): Promise<Record<string, unknown>> {
    return (await (await fetch(this.url + path)).json()) as Record<string, unknown>;
  }
}

export async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** Writes what a relay of the venue is started with. */
export function prepare(folder: string, { venue }: Pick<Venue, "venue">): void {
  prepareFor(folder, venue.deployment);
}

/** The same for any deployment. */
export function prepareFor(folder: string, deployment: Deployment, config: Record<string, unknown> = {}): void {
  writeFileSync(join(folder, "deployment.json"), deploymentText(deployment));
  writeFileSync(join(folder, "config.json"), JSON.stringify({ reorgDepth: 8, pollInterval: 50, gather: 0, ...config }));
}

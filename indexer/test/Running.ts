// SPDX-License-Identifier: MIT
import assert from "node:assert/strict";
import { mkdtempSync, writeFileSync } from "node:fs";
import { createServer, type AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { drizzle } from "drizzle-orm/node-postgres";
import type { Table } from "drizzle-orm";
import pg from "pg";
import { deploymentText, venueKindOf, type Deployment } from "../../sdk/deployment.js";
import { differences, factsOf } from "../../test/differential/rebuilt.js";
import { Folder, Postgres, type Kept } from "../run/Kept";
import { Supervisor, healthOf } from "../run/Supervisor";
import { wholeVenue } from "../src/state/whole";
import { logsOf, rebuiltOf, type Node } from "./replay";

/** What is indexed: a venue on a chain. */
export interface Indexable {
  readonly node: Node & { getBlockNumber(): Promise<number> };
  readonly url: string;
  deployment(): Promise<Deployment>;
}

/** An indexer that runs as `npm run indexer` runs it, over a story. */
export class Running {
  readonly said: string[] = [];

  private constructor(
    public story: Indexable,
    readonly kept: Kept,
    readonly environment: Readonly<Record<string, string>>,
    readonly deployment: Deployment,
    readonly port: number,
    readonly supervisor: Supervisor,
    private readonly database: string | undefined,
  ) {
    void supervisor.run();
  }

  /** @param database The URL of a PostgreSQL, or none: PGlite in a folder of its own. `rpc`: instead of the story's. */
  static async start(story: Indexable, database?: string, rpc = story.url): Promise<Running> {
    const folder = mkdtempSync(join(tmpdir(), "novation-indexer-"));
    const file = join(folder, "deployment.json");
    const deployment = await story.deployment();
    writeFileSync(file, deploymentText(deployment));
    const kept = database === undefined ? new Folder(folder, deployment) : new Postgres(database, deployment);
    const port = await freePort();
    const doctor = { DOCTOR_INTERVAL: "300", DOCTOR_PATIENCE: "15000" };
    const environment = { RPC_URL: rpc, DEPLOYMENT: file, POLLING_INTERVAL: "200", ...doctor };
    const said: string[] = [];
    const say = (text: string) => {
      said.push(text);
      if (process.env["INDEXER_TEST_VERBOSE"]) console.log(text);
    };
    const options = { kept, mode: "start" as const, port, environment, say, pause: 200, verbose: true };
    const running = new Running(story, kept, environment, deployment, port, new Supervisor(options), database);
    Object.assign(running, { said });
    return running;
  }

  async stop(): Promise<void> {
    await this.supervisor.stop();
  }

  async get<T = Record<string, unknown>>(path: string, status = 200): Promise<T> {
    const response = await fetch(`http://127.0.0.1:${this.port}${path}`);
    const text = await response.text();
    assert.equal(response.status, status, `${path}: ${text.slice(0, 300)}`);
    return (response.headers.get("content-type")?.includes("json") ? JSON.parse(text) : text) as T;
  }

  /** Waits until a path is answered with this status. */
  async answers(path: string, status: number, within: number): Promise<void> {
    const began = Date.now();
    while (Date.now() - began < within * 1_000) {
      const response = await fetch(`http://127.0.0.1:${this.port}${path}`).catch(() => undefined);
      if (response?.status === status) return;
      await sleep(50);
    }
    throw new Error(`${path} was not answered with ${status} within ${within} s`);
  }

  /** Waits until the doctor finds everything right as of the chain's head. Returns how long that took, seconds. */
  async caughtUp(within = 600): Promise<number> {
    const head = await this.story.node.getBlockNumber();
    return this.until(`everything is right at block ${head}`, within, (health) => {
      const { status, indexed, events } = health as unknown as Record<string, unknown>;
      return status === "ok" && indexed === head && (events as number) > 0;
    });
  }

  /** Waits for a state of health. */
  async until(
    what: string,
    within: number,
    is: (health: NonNullable<Awaited<ReturnType<typeof healthOf>>>) => boolean,
  ) {
    const began = Date.now();
    let last: unknown;
    while (Date.now() - began < within * 1_000) {
      const health = await healthOf(this.port);
      if (health !== undefined && is(health)) return (Date.now() - began) / 1_000;
      last = health ?? last;
      await sleep(100);
    }
    throw new Error(`not within ${within} s: ${what}; ${JSON.stringify(last)}\n${this.said.slice(-30).join("\n")}`);
  }

  /** INV-12: the rows are the venue that the SDK rebuilds from the chain's logs now. Returns how many facts. */
  async equalsChain(): Promise<number> {
    const deployment = await this.story.deployment();
    const kind = venueKindOf(deployment);
    const logs = await logsOf(this.story.node, deployment);
    const facts = factsOf(rebuiltOf(logs, deployment.tokenDecimals, kind));
    const whole = await this.rows((all) => wholeVenue(all, deployment.tokenDecimals, kind));
    assert.deepEqual(differences(facts, factsOf(whole)), []);
    return facts.size;
  }

  /** Reads tables of the PostgreSQL. */
  async rows<T>(read: (all: <R extends Table>(table: R) => Promise<R["$inferSelect"][]>) => Promise<T>): Promise<T> {
    const client = new pg.Client({ connectionString: this.database! });
    await client.connect();
    try {
      await client.query(`set search_path to "${this.kept.environment["DATABASE_SCHEMA"]}"`);
      const db = drizzle(client, { casing: "snake_case" });
      return await read(async (table) => (await db.select().from(table as never)) as never);
    } finally {
      await client.end();
    }
  }
}

export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => resolve(port));
    });
  });
}

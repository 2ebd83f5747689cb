// SPDX-License-Identifier: MIT
import { mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { Client } from "pg";
import type { Deployment } from "../../sdk/deployment";

/** Where rows are kept. All of it can be made again from the chain. */
export interface Kept {
  /** Told to Ponder. */
  readonly environment: Readonly<Record<string, string>>;
  readonly says: string;
  /** Makes it fit the deployment: what another chain of this id left is dropped. */
  prepare(): Promise<void>;
  /** The process that indexed is dead: nobody has to wait until its lock is stale. */
  release(): Promise<void>;
  /** Drops the rows; with `logs`, also the logs that were fetched for them. */
  drop(logs: boolean): Promise<void>;
}

/** A name of a venue on one run of a chain. */
export function nameOf({ genesisHash, clearinghouse }: Deployment): string {
  return `${genesisHash.slice(2, 10)}_${clearinghouse.slice(2, 10).toLowerCase()}`;
}

/** PGlite in a folder, one for each venue and run of a chain. */
export class Folder implements Kept {
  private readonly path: string;
  readonly environment;

  constructor(folder: string, deployment: Deployment) {
    this.path = join(folder, nameOf(deployment));
    this.environment = { PGLITE_FOLDER: this.path, DATABASE_SCHEMA: "novation" };
  }

  get says(): string {
    return this.path;
  }

  async prepare(): Promise<void> {
    mkdirSync(this.path, { recursive: true });
  }

  async release(): Promise<void> {}

  async drop(): Promise<void> {
    rmSync(this.path, { recursive: true, force: true });
    await this.prepare();
  }
}

const SYNC = "ponder_sync";
const OWN = "novation_indexer";

/** A schema of a PostgreSQL. Fetched logs are Ponder's, by chain id: another run of a local chain must not see them. */
export class Postgres implements Kept {
  readonly environment;
  private readonly schema: string;

  constructor(
    private readonly url: string,
    private readonly deployment: Deployment,
    schema?: string,
  ) {
    this.schema = schema ?? `novation_${nameOf(deployment)}`;
    this.environment = { DATABASE_URL: url, DATABASE_SCHEMA: this.schema };
  }

  get says(): string {
    const { host, pathname } = new URL(this.url);
    return `${host}${pathname}, schema ${this.schema}`;
  }

  async prepare(): Promise<void> {
    const { chainId, genesisHash } = this.deployment;
    await this.with(async (client) => {
      await client.query(`create schema if not exists ${OWN}`);
      await client.query(`create table if not exists ${OWN}.chains (id text primary key, genesis text not null)`);
      const known = await client.query(`select genesis from ${OWN}.chains where id = $1`, [String(chainId)]);
      if (known.rows[0]?.genesis === genesisHash) return;
      if (known.rows[0] !== undefined) await this.dropIn(client, true);
      const sql = `insert into ${OWN}.chains values ($1, $2) on conflict (id) do update set genesis = $2`;
      await client.query(sql, [String(chainId), genesisHash]);
    });
  }

  async release(): Promise<void> {
    const sql = `update "${this.schema}"._ponder_meta set value = jsonb_set(value, '{is_locked}', '0')`;
    await this.with(async (client) => void (await client.query(sql))).catch(() => undefined); // then it is waited for
  }

  drop(logs: boolean): Promise<void> {
    return this.with((client) => this.dropIn(client, logs));
  }

  private async dropIn(client: Client, logs: boolean): Promise<void> {
    await client.query(`drop schema if exists "${this.schema}" cascade`);
    if (logs) await client.query(`drop schema if exists ${SYNC} cascade`);
  }

  private async with(act: (client: Client) => Promise<void>): Promise<void> {
    const client = new Client({ connectionString: this.url, connectionTimeoutMillis: 5_000 });
    client.on("error", () => undefined); // told by the query that fails
    await client.connect();
    try {
      await act(client);
    } finally {
      await client.end().catch(() => undefined);
    }
  }
}

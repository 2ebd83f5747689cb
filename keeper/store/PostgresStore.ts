// SPDX-License-Identifier: MIT
import { Pool } from "pg";
import { DatabaseUnusable } from "../config/errors.js";
import { jobFromText, jobToText, type Job, type Snapshot, type Store } from "./Store.js";

const TABLES = `
  CREATE TABLE IF NOT EXISTS keeper_snapshot (house TEXT PRIMARY KEY, block INTEGER NOT NULL, hash TEXT NOT NULL, state BYTEA NOT NULL);
  CREATE TABLE IF NOT EXISTS keeper_job (house TEXT, key TEXT, job TEXT NOT NULL, PRIMARY KEY (house, key));
  CREATE TABLE IF NOT EXISTS keeper_spent (hash TEXT PRIMARY KEY, house TEXT NOT NULL, time BIGINT NOT NULL, wei NUMERIC NOT NULL);
`;

/** The same as SqliteStore, in the PostgreSQL of DATABASE_URL. */
export class PostgresStore implements Store {
  private constructor(
    private readonly pool: Pool,
    private readonly house: string,
  ) {}

  static async open(url: string, house: string): Promise<PostgresStore> {
    const pool = new Pool({ connectionString: url, max: 2 });
    try {
      await pool.query(TABLES);
    } catch (failure) {
      await pool.end();
      throw new DatabaseUnusable("of DATABASE_URL", (failure as Error).message);
    }
    return new PostgresStore(pool, house);
  }

  async snapshot(): Promise<Snapshot | undefined> {
    const { rows } = await this.pool.query("SELECT block, hash, state FROM keeper_snapshot WHERE house = $1", [
      this.house,
    ]);
    return rows[0] as Snapshot | undefined;
  }

  async saveSnapshot({ block, hash, state }: Snapshot): Promise<void> {
    await this.pool.query(
      "INSERT INTO keeper_snapshot VALUES ($1, $2, $3, $4) ON CONFLICT (house) DO UPDATE SET block = $2, hash = $3, state = $4",
      [this.house, block, hash, Buffer.from(state)],
    );
  }

  async jobs(): Promise<Job[]> {
    const { rows } = await this.pool.query("SELECT job FROM keeper_job WHERE house = $1 ORDER BY key", [this.house]);
    return rows.map(({ job }: { job: string }) => jobFromText(job));
  }

  async putJob(job: Job): Promise<void> {
    await this.pool.query(
      "INSERT INTO keeper_job VALUES ($1, $2, $3) ON CONFLICT (house, key) DO UPDATE SET job = $3",
      [...[this.house, job.key, jobToText(job)]],
    );
  }

  async dropJob(key: string): Promise<void> {
    await this.pool.query("DELETE FROM keeper_job WHERE house = $1 AND key = $2", [this.house, key]);
  }

  async addSpent(hash: string, time: number, wei: bigint): Promise<void> {
    await this.pool.query(
      "INSERT INTO keeper_spent VALUES ($1, $2, $3, $4) ON CONFLICT (hash) DO UPDATE SET time = $3, wei = $4",
      [hash, this.house, time, String(wei)],
    );
  }

  async spentSince(time: number): Promise<bigint> {
    const { rows } = await this.pool.query(
      "SELECT COALESCE(SUM(wei), 0)::TEXT AS wei FROM keeper_spent WHERE house = $1 AND time >= $2",
      [this.house, time],
    );
    return BigInt((rows[0] as { wei: string }).wei);
  }

  async close(): Promise<void> {
    await this.pool.end();
  }
}

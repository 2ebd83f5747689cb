// SPDX-License-Identifier: MIT
import { DatabaseSync } from "node:sqlite";
import { DatabaseUnusable } from "../config/errors.js";
import { jobFromText, jobToText, type Job, type Snapshot, type Store } from "./Store.js";

const TABLES = `
  CREATE TABLE IF NOT EXISTS snapshot (house TEXT PRIMARY KEY, block INTEGER NOT NULL, hash TEXT NOT NULL, state BLOB NOT NULL);
  CREATE TABLE IF NOT EXISTS job (house TEXT, key TEXT, job TEXT NOT NULL, PRIMARY KEY (house, key));
  CREATE TABLE IF NOT EXISTS spent (hash TEXT PRIMARY KEY, house TEXT NOT NULL, time INTEGER NOT NULL, wei TEXT NOT NULL);
`;

/** In a file, or in memory (":memory:"). `house` names chain and clearinghouse: a file may serve several. */
export class SqliteStore implements Store {
  private readonly db: DatabaseSync;

  constructor(
    file: string,
    private readonly house: string,
  ) {
    try {
      this.db = new DatabaseSync(file);
      this.db.exec(`PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; ${TABLES}`);
    } catch (failure) {
      throw new DatabaseUnusable(file, (failure as Error).message);
    }
  }

  async snapshot(): Promise<Snapshot | undefined> {
    const row = this.db.prepare("SELECT block, hash, state FROM snapshot WHERE house = ?").get(this.house);
    return row as unknown as Snapshot | undefined;
  }

  async saveSnapshot({ block, hash, state }: Snapshot): Promise<void> {
    this.db.prepare("INSERT OR REPLACE INTO snapshot VALUES (?, ?, ?, ?)").run(this.house, block, hash, state);
  }

  async jobs(): Promise<Job[]> {
    const rows = this.db.prepare("SELECT job FROM job WHERE house = ? ORDER BY key").all(this.house);
    return rows.map(({ job }) => jobFromText(String(job)));
  }

  async putJob(job: Job): Promise<void> {
    this.db.prepare("INSERT OR REPLACE INTO job VALUES (?, ?, ?)").run(this.house, job.key, jobToText(job));
  }

  async dropJob(key: string): Promise<void> {
    this.db.prepare("DELETE FROM job WHERE house = ? AND key = ?").run(this.house, key);
  }

  async addSpent(hash: string, time: number, wei: bigint): Promise<void> {
    this.db.prepare("INSERT OR REPLACE INTO spent VALUES (?, ?, ?, ?)").run(hash, this.house, time, String(wei));
  }

  async spentSince(time: number): Promise<bigint> {
    const rows = this.db.prepare("SELECT wei FROM spent WHERE house = ? AND time >= ?").all(this.house, time);
    return rows.reduce((sum, { wei }) => sum + BigInt(String(wei)), 0n);
  }

  async close(): Promise<void> {
    this.db.close();
  }
}

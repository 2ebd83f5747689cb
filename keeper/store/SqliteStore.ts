// SPDX-License-Identifier: MIT
import { DatabaseSync } from "node:sqlite";
import { DatabaseUnusable } from "../config/errors.js";
import { jobFromText, jobToText, type Job, type Snapshot, type Store, type Team } from "./Store.js";

const TABLES = `
  CREATE TABLE IF NOT EXISTS snapshot (house TEXT PRIMARY KEY, block INTEGER NOT NULL, hash TEXT NOT NULL, state BLOB NOT NULL);
  CREATE TABLE IF NOT EXISTS job (house TEXT, key TEXT, job TEXT NOT NULL, PRIMARY KEY (house, key));
  CREATE TABLE IF NOT EXISTS spent (hash TEXT PRIMARY KEY, house TEXT NOT NULL, time INTEGER NOT NULL, wei TEXT NOT NULL);
`;

/** For one keeper: in a file, or in memory (":memory:"). `house` names chain and clearinghouse: a file may serve several. */
export class SqliteStore implements Store {
  readonly shared = false;
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

  async beat(lanes: readonly string[]): Promise<Team> {
    return { self: "alone", alive: ["alone"], own: new Set(lanes), others: new Set() };
  }

  async leave(): Promise<void> {}

  async snapshot(): Promise<Snapshot | undefined> {
    const row = this.db.prepare("SELECT block, hash, state FROM snapshot WHERE house = ?").get(this.house);
    return row as unknown as Snapshot | undefined;
  }

  async saveSnapshot({ block, hash, state }: Snapshot): Promise<void> {
    this.db.prepare("INSERT OR REPLACE INTO snapshot VALUES (?, ?, ?, ?)").run(this.house, block, hash, state);
  }

  async dropSnapshot(): Promise<void> {
    this.db.prepare("DELETE FROM snapshot WHERE house = ?").run(this.house);
  }

  async jobs(): Promise<Job[]> {
    const rows = this.db.prepare("SELECT job FROM job WHERE house = ? ORDER BY key").all(this.house);
    return rows.map(({ job }) => jobFromText(String(job)));
  }

  async claim(job: Job): Promise<boolean> {
    const added = this.db.prepare("INSERT OR IGNORE INTO job VALUES (?, ?, ?)");
    return added.run(this.house, job.key, jobToText(job)).changes === 1;
  }

  async putJob(job: Job): Promise<boolean> {
    const changed = this.db.prepare("UPDATE job SET job = ? WHERE house = ? AND key = ?");
    return changed.run(jobToText(job), this.house, job.key).changes === 1;
  }

  async dropJob({ key }: Job): Promise<boolean> {
    return this.db.prepare("DELETE FROM job WHERE house = ? AND key = ?").run(this.house, key).changes === 1;
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

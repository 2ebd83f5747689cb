// SPDX-License-Identifier: MIT
import type { DatabaseSync } from "node:sqlite";
import { SqliteFile } from "./SqliteFile.js";
import {
  jobFromText,
  jobToText,
  sameMarks,
  type Job,
  type Mark,
  type Snapshot,
  type Store,
  type Team,
} from "./Store.js";

const TABLES = `
  CREATE TABLE IF NOT EXISTS snapshot (venue TEXT PRIMARY KEY, block INTEGER NOT NULL, hash TEXT NOT NULL, state BLOB NOT NULL);
  CREATE TABLE IF NOT EXISTS mark (venue TEXT, block INTEGER, hash TEXT NOT NULL, PRIMARY KEY (venue, block));
  CREATE TABLE IF NOT EXISTS job (venue TEXT, key TEXT, job TEXT NOT NULL, PRIMARY KEY (venue, key));
  CREATE TABLE IF NOT EXISTS spent (hash TEXT PRIMARY KEY, venue TEXT NOT NULL, time INTEGER NOT NULL, wei TEXT NOT NULL);
`;

/**
 * For one keeper at a time: in a file, or in memory (":memory:"). `venue` names chain and clearinghouse: a file may
 * serve several, one after the other.
 */
export class SqliteStore implements Store {
  readonly shared = false;
  private readonly file: SqliteFile;
  private readonly db: DatabaseSync;

  constructor(
    file: string,
    private readonly venue: string,
  ) {
    this.file = new SqliteFile(file, TABLES);
    this.db = this.file.db;
  }

  async beat(lanes: readonly string[]): Promise<Team> {
    return { self: "alone", alive: ["alone"], own: new Set(lanes), others: new Set() };
  }

  async leave(): Promise<void> {}

  async marks(): Promise<Mark[]> {
    const rows = this.db.prepare("SELECT block, hash FROM mark WHERE venue = ? ORDER BY block").all(this.venue);
    return rows.map(({ block, hash }) => ({ block: Number(block), hash: String(hash) }));
  }

  async setMarks(marks: readonly Mark[]): Promise<void> {
    this.file.atOnce(() => this.writeMarks(marks));
  }

  async startOver(from: readonly Mark[], to: readonly Mark[]): Promise<boolean> {
    if (!sameMarks(await this.marks(), from)) return false;
    this.file.atOnce(() => {
      for (const table of ["snapshot", "job", "spent"]) {
        this.db.prepare(`DELETE FROM ${table} WHERE venue = ?`).run(this.venue);
      }
      this.writeMarks(to);
    });
    return true;
  }

  async snapshot(): Promise<Snapshot | undefined> {
    const row = this.db.prepare("SELECT block, hash, state FROM snapshot WHERE venue = ?").get(this.venue);
    return row as unknown as Snapshot | undefined;
  }

  async saveSnapshot({ block, hash, state }: Snapshot): Promise<void> {
    this.db.prepare("INSERT OR REPLACE INTO snapshot VALUES (?, ?, ?, ?)").run(this.venue, block, hash, state);
  }

  async dropSnapshot(): Promise<void> {
    this.db.prepare("DELETE FROM snapshot WHERE venue = ?").run(this.venue);
  }

  async jobs(): Promise<Job[]> {
    const rows = this.db.prepare("SELECT job FROM job WHERE venue = ? ORDER BY key").all(this.venue);
    return rows.map(({ job }) => jobFromText(String(job)));
  }

  async claim(job: Job): Promise<boolean> {
    const added = this.db.prepare("INSERT OR IGNORE INTO job VALUES (?, ?, ?)");
    return added.run(this.venue, job.key, jobToText(job)).changes === 1;
  }

  async putJob(job: Job): Promise<boolean> {
    const changed = this.db.prepare("UPDATE job SET job = ? WHERE venue = ? AND key = ?");
    return changed.run(jobToText(job), this.venue, job.key).changes === 1;
  }

  async dropJob({ key }: Job): Promise<boolean> {
    return this.db.prepare("DELETE FROM job WHERE venue = ? AND key = ?").run(this.venue, key).changes === 1;
  }

  async addSpent(hash: string, time: number, wei: bigint): Promise<void> {
    this.db.prepare("INSERT OR REPLACE INTO spent VALUES (?, ?, ?, ?)").run(hash, this.venue, time, String(wei));
  }

  async spentSince(time: number): Promise<bigint> {
    const rows = this.db.prepare("SELECT wei FROM spent WHERE venue = ? AND time >= ?").all(this.venue, time);
    return rows.reduce((sum, { wei }) => sum + BigInt(String(wei)), 0n);
  }

  async close(): Promise<void> {
    this.file.close();
  }

  private writeMarks(marks: readonly Mark[]): void {
    this.db.prepare("DELETE FROM mark WHERE venue = ?").run(this.venue);
    for (const { block, hash } of marks) {
      this.db.prepare("INSERT INTO mark VALUES (?, ?, ?)").run(this.venue, block, hash);
    }
  }
}

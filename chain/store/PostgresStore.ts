// SPDX-License-Identifier: MIT
import { randomUUID } from "node:crypto";
import { Pool, type PoolClient } from "pg";
import { DatabaseUnusable } from "../errors.js";
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

/** Milliseconds from a keeper's last sign of life until others take its work over. */
export const LEASE = 5_000;

/** Of the lock in which tables are made: two that do so at once get into each other's way. */
const TABLES_LOCK = 7_301_220;

/** Of the lock in which a venue is forgotten: two keepers that find another chain do it once. */
const MARKS_LOCK = 7_301_221;

const TABLES = `
  SELECT pg_advisory_xact_lock(${TABLES_LOCK});
  CREATE TABLE IF NOT EXISTS keeper_snapshot (venue TEXT PRIMARY KEY, block INTEGER NOT NULL, hash TEXT NOT NULL, state BYTEA NOT NULL);
  CREATE TABLE IF NOT EXISTS keeper_mark (venue TEXT, block BIGINT, hash TEXT NOT NULL, PRIMARY KEY (venue, block));
  CREATE TABLE IF NOT EXISTS keeper_lane (venue TEXT, lane TEXT, holder TEXT NOT NULL, until TIMESTAMPTZ NOT NULL, PRIMARY KEY (venue, lane));
  CREATE TABLE IF NOT EXISTS keeper_job (venue TEXT, key TEXT, job TEXT NOT NULL, PRIMARY KEY (venue, key));
  ALTER TABLE keeper_job ADD COLUMN IF NOT EXISTS lane TEXT NOT NULL DEFAULT '';
  ALTER TABLE keeper_job ADD COLUMN IF NOT EXISTS revision INTEGER NOT NULL DEFAULT 0;
  CREATE TABLE IF NOT EXISTS keeper_subject (venue TEXT, subject TEXT, key TEXT NOT NULL, mined_at BIGINT, PRIMARY KEY (venue, subject));
  CREATE INDEX IF NOT EXISTS keeper_subject_key ON keeper_subject (venue, key);
  CREATE TABLE IF NOT EXISTS keeper_spent (hash TEXT PRIMARY KEY, venue TEXT NOT NULL, time BIGINT NOT NULL, wei NUMERIC NOT NULL);
`;

/** Extends what this keeper holds, and takes what nobody holds. The database's clock alone counts. */
const BEAT = `
  INSERT INTO keeper_lane
  SELECT $1, lane, $3, clock_timestamp() + $4 * INTERVAL '1 millisecond' FROM unnest($2::TEXT[]) AS lane ORDER BY lane
  ON CONFLICT (venue, lane) DO UPDATE SET holder = EXCLUDED.holder, until = EXCLUDED.until
  WHERE keeper_lane.holder = EXCLUDED.holder OR keeper_lane.until <= clock_timestamp()`;

const ALIVE = "SELECT lane, holder FROM keeper_lane WHERE venue = $1 AND until > clock_timestamp() ORDER BY lane";

/** A new job needs a key that this keeper holds. */
const CLAIM_KEY = `
  INSERT INTO keeper_job (venue, key, job, lane)
  SELECT $1, $2, $3, $4 WHERE EXISTS
    (SELECT FROM keeper_lane WHERE venue = $1 AND lane = $4 AND holder = $5 AND until > clock_timestamp())
  ON CONFLICT DO NOTHING`;

const CLAIM_SUBJECTS = `
  INSERT INTO keeper_subject SELECT $1, subject, $2, NULL FROM unnest($3::TEXT[]) AS subject ORDER BY subject
  ON CONFLICT (venue, subject) DO UPDATE SET key = EXCLUDED.key, mined_at = NULL WHERE keeper_subject.mined_at <= $4`;

/** What is known of a job may be changed by who holds its key, and by anybody when nobody does. */
const NOT_ANOTHERS = `NOT EXISTS
  (SELECT FROM keeper_lane AS held WHERE held.venue = $1 AND held.lane = $3 AND held.holder <> $4 AND held.until > clock_timestamp())`;

/** For several keepers: the PostgreSQL of DATABASE_URL. Why not a queue: docs/decisions/keeper-jobs.md. */
export class PostgresStore implements Store {
  readonly shared = true;
  /** Of this process: who starts again is another one. */
  private readonly holder = randomUUID();
  /** What is known of jobs, by key, so that only what has changed is read. */
  private known = new Map<string, { revision: number; job: Job }>();

  private constructor(
    private readonly pool: Pool,
    private readonly venue: string,
    private readonly lease: number,
  ) {}

  static async open(url: string, venue: string, lease = LEASE): Promise<PostgresStore> {
    const pool = new Pool({ connectionString: url, max: 4, connectionTimeoutMillis: 5_000, query_timeout: 10_000 });
    pool.on("error", () => {}); // an idle connection was lost: the next query makes another
    try {
      await pool.query(TABLES);
    } catch (failure) {
      await pool.end();
      throw new DatabaseUnusable("of DATABASE_URL", (failure as Error).message);
    }
    return new PostgresStore(pool, venue, lease);
  }

  async beat(lanes: readonly string[]): Promise<Team> {
    await this.pool.query(BEAT, [this.venue, lanes, this.holder, this.lease]);
    const { rows } = await this.pool.query<{ lane: string; holder: string }>(ALIVE, [this.venue]);
    const lanesOf = (own: boolean) => rows.filter(({ holder }) => (holder === this.holder) === own);
    return {
      self: this.holder,
      alive: [...new Set([this.holder, ...rows.map(({ holder }) => holder)])].sort(),
      own: new Set(lanesOf(true).map(({ lane }) => lane)),
      others: new Set(lanesOf(false).map(({ lane }) => lane)),
    };
  }

  async leave(): Promise<void> {
    await this.pool.query("DELETE FROM keeper_lane WHERE venue = $1 AND holder = $2", [this.venue, this.holder]);
  }

  async marks(): Promise<Mark[]> {
    return this.marksBy(this.pool);
  }

  async setMarks(marks: readonly Mark[]): Promise<void> {
    await this.inTransaction((client) => this.writeMarks(client, marks));
  }

  async startOver(from: readonly Mark[], to: readonly Mark[]): Promise<boolean> {
    return this.inTransaction(async (client) => {
      await client.query("SELECT pg_advisory_xact_lock($1, hashtext($2))", [MARKS_LOCK, this.venue]);
      if (!sameMarks(await this.marksBy(client), from)) return false;
      for (const table of ["keeper_snapshot", "keeper_job", "keeper_subject", "keeper_spent"]) {
        await client.query(`DELETE FROM ${table} WHERE venue = $1`, [this.venue]);
      }
      return this.writeMarks(client, to);
    });
  }

  async snapshot(): Promise<Snapshot | undefined> {
    const { rows } = await this.pool.query("SELECT block, hash, state FROM keeper_snapshot WHERE venue = $1", [
      this.venue,
    ]);
    return rows[0] as Snapshot | undefined;
  }

  async saveSnapshot({ block, hash, state }: Snapshot): Promise<void> {
    await this.pool.query(
      `INSERT INTO keeper_snapshot VALUES ($1, $2, $3, $4) ON CONFLICT (venue) DO UPDATE SET block = $2, hash = $3, state = $4
       WHERE keeper_snapshot.block < $2`,
      [this.venue, block, hash, Buffer.from(state)],
    );
  }

  async dropSnapshot(): Promise<void> {
    await this.pool.query("DELETE FROM keeper_snapshot WHERE venue = $1", [this.venue]);
  }

  async jobs(): Promise<Job[]> {
    const listed = await this.pool.query<{ key: string; revision: number }>(
      "SELECT key, revision FROM keeper_job WHERE venue = $1",
      [this.venue],
    );
    const changed = listed.rows.filter(({ key, revision }) => this.known.get(key)?.revision !== revision);
    const { rows } = await this.pool.query<{ key: string; revision: number; job: string }>(
      "SELECT key, revision, job FROM keeper_job WHERE venue = $1 AND key = ANY($2)",
      [this.venue, changed.map(({ key }) => key)],
    );
    const read = new Map(rows.map(({ key, revision, job }) => [key, { revision, job: jobFromText(job) }]));
    const entries = listed.rows.map(({ key }) => [key, read.get(key) ?? this.known.get(key)] as const);
    this.known = new Map(entries.filter((entry): entry is [string, { revision: number; job: Job }] => !!entry[1]));
    return [...this.known.values()].map(({ job }) => job).sort((a, b) => (a.key < b.key ? -1 : 1));
  }

  async claim(job: Job, block: number): Promise<boolean> {
    const { key, lane, subjects } = job;
    return this.inTransaction(async (client) => {
      const first = await client.query(CLAIM_KEY, [this.venue, key, jobToText(job), lane, this.holder]);
      if (first.rowCount !== 1) return false;
      const distinct = [...new Set(subjects)];
      const claimed = await client.query(CLAIM_SUBJECTS, [this.venue, key, distinct, block]);
      return claimed.rowCount === distinct.length;
    });
  }

  async putJob(job: Job): Promise<boolean> {
    const { key, lane, minedAt } = job;
    return this.inTransaction(async (client) => {
      const put = `UPDATE keeper_job SET job = $5, revision = revision + 1 WHERE venue = $1 AND key = $2 AND ${NOT_ANOTHERS}`;
      const changed = await client.query(put, [this.venue, key, lane, this.holder, jobToText(job)]);
      if (changed.rowCount !== 1) return false;
      const mined = "UPDATE keeper_subject SET mined_at = $3 WHERE venue = $1 AND key = $2";
      await client.query(mined, [this.venue, key, minedAt ?? null]);
      return true;
    });
  }

  async dropJob({ key, lane }: Job): Promise<boolean> {
    return this.inTransaction(async (client) => {
      const drop = `DELETE FROM keeper_job WHERE venue = $1 AND key = $2 AND ${NOT_ANOTHERS}`;
      const dropped = await client.query(drop, [this.venue, key, lane, this.holder]);
      if (dropped.rowCount !== 1) return false;
      await client.query("DELETE FROM keeper_subject WHERE venue = $1 AND key = $2", [this.venue, key]);
      return true;
    });
  }

  async addSpent(hash: string, time: number, wei: bigint): Promise<void> {
    await this.pool.query(
      "INSERT INTO keeper_spent VALUES ($1, $2, $3, $4) ON CONFLICT (hash) DO UPDATE SET time = $3, wei = $4",
      [hash, this.venue, time, String(wei)],
    );
  }

  async spentSince(time: number): Promise<bigint> {
    const { rows } = await this.pool.query(
      "SELECT COALESCE(SUM(wei), 0)::TEXT AS wei FROM keeper_spent WHERE venue = $1 AND time >= $2",
      [this.venue, time],
    );
    return BigInt((rows[0] as { wei: string }).wei);
  }

  async close(): Promise<void> {
    await this.pool.end();
  }

  // ------------------------------------------------------------------ inside

  private async marksBy(client: Pool | PoolClient): Promise<Mark[]> {
    const ask = "SELECT block, hash FROM keeper_mark WHERE venue = $1 ORDER BY block";
    const { rows } = await client.query<{ block: string; hash: string }>(ask, [this.venue]);
    return rows.map(({ block, hash }) => ({ block: Number(block), hash }));
  }

  private async writeMarks(client: PoolClient, marks: readonly Mark[]): Promise<true> {
    await client.query("DELETE FROM keeper_mark WHERE venue = $1", [this.venue]);
    for (const { block, hash } of marks) {
      const add = "INSERT INTO keeper_mark VALUES ($1, $2, $3) ON CONFLICT (venue, block) DO UPDATE SET hash = $3";
      await client.query(add, [this.venue, block, hash]);
    }
    return true;
  }

  /** What `run` has done counts if it says so, else nothing of it. */
  private async inTransaction(run: (client: PoolClient) => Promise<boolean>): Promise<boolean> {
    const client = await this.pool.connect();
    try {
      await client.query("BEGIN");
      const done = await run(client);
      await client.query(done ? "COMMIT" : "ROLLBACK");
      client.release();
      return done;
    } catch (failure) {
      client.release(true); // the connection goes, and its transaction with it
      throw failure;
    }
  }
}

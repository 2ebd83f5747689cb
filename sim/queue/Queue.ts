// SPDX-License-Identifier: MIT
import { hash } from "node:crypto";
import { PgBoss } from "pg-boss";
import { labelOf } from "./labelOf.js";
import type { QueueJob } from "./QueueJob.js";
import { pack, unpack } from "./pack.js";

const SCHEMA = "novation_lab";
/** Seconds after which a worker that says nothing is lost. The least that pg-boss takes is 10. */
const SILENCE = 15;
const BEAT = 4_000; // ms between the words of a worker that has a job
const LOST = 3; // times that a job may lose its worker
const LONGEST = 6 * 3_600; // seconds of a job
const CONNECT = 60_000; // ms for a connection: a machine may have more to do than it can
const CARE = 5; // seconds between two looks for lost workers
const KEPT = 7 * 86_400; // seconds that a result is kept: a run that was broken off goes on from it

/** A job that a worker has taken. */
export interface Taken {
  job: QueueJob;
  id: string;
  attempt: number;
}

/** What became of a job. */
export type Ended = { id: string; result: unknown } | { id: string; failure: string };

interface Row {
  id: string;
  state: string;
  output: Output | null;
}

/** What a job leaves: its result, or why it has none, which another try would not change. */
type Output = { packed: string } | { failure: string };

/**
 * Jobs of one build, in PostgreSQL. Who takes a job says now and then that he is alive; when he is silent, the job is
 * another's. A job has an id that its content makes, so that a run which was broken off finds what is done.
 */
export class Queue {
  private constructor(
    private readonly boss: PgBoss,
    /** Of a build: workers of another one would find something else, and never see its jobs. */
    private readonly name: string,
  ) {}

  /** `connections`: how many at most. `cares`: looks for lost workers too. */
  static async open(
    url: string,
    build: string,
    { connections = 2, cares = false, onError = (_: Error) => {} } = {},
  ): Promise<Queue> {
    const boss = new PgBoss({
      connectionString: url,
      schema: SCHEMA,
      max: connections,
      connectionTimeoutMillis: CONNECT,
      schedule: false,
      supervise: cares,
      superviseIntervalSeconds: CARE,
      monitorIntervalSeconds: CARE,
      registerInstance: false,
      reindex: false,
      openTelemetry: { enabled: false },
    });
    boss.on("error", onError);
    await boss.start();
    const name = `lab-${build}`;
    const options = { retryLimit: LOST, heartbeatSeconds: SILENCE, expireInSeconds: LONGEST, deleteAfterSeconds: KEPT };
    if ((await boss.getQueue(name)) === null) await boss.createQueue(name, options);
    return new Queue(boss, name);
  }

  /**
   * Puts jobs into the queue, the first before the others; returns their ids in the same order. One that is there is
   * not put again, unless it failed.
   */
  async put(jobs: readonly QueueJob[]): Promise<string[]> {
    const made = jobs.map((job, index) => {
      const packed = pack(job);
      return { id: idOf(this.name, packed), data: { what: labelOf(job), packed }, priority: jobs.length - index };
    });
    const ids = made.map(({ id }) => id);
    const failed = (await this.ended(ids)).flatMap((each) => ("failure" in each ? [each.id] : []));
    if (failed.length > 0) await this.boss.deleteJob(this.name, failed);
    await this.boss.insert(this.name, made);
    return ids;
  }

  /** The next job; undefined: there is none now. */
  async take(): Promise<Taken | undefined> {
    const [found] = await this.boss.fetch<{ packed: string }>(this.name, { includeMetadata: true });
    if (found === undefined) return undefined;
    return { job: unpack(found.data.packed) as QueueJob, id: found.id, attempt: found.retryCount };
  }

  /** Says that its worker is alive until `stop` is called. */
  alive({ id, attempt }: Taken): { stop: () => void } {
    const say = () => void this.boss.touch(this.name, { id, retryCount: attempt }).catch(() => {});
    const timer = setInterval(say, BEAT);
    return { stop: () => clearInterval(timer) };
  }

  /** Leaves what was found. Of a job that was given to another meanwhile nothing is kept. */
  async give({ id, attempt }: Taken, result: unknown): Promise<void> {
    await this.end(id, attempt, { packed: pack(result) });
  }

  /** A failure of the job itself. */
  async fail({ id, attempt }: Taken, failure: string): Promise<void> {
    await this.end(id, attempt, { failure });
  }

  /** Which of these jobs have ended, and how. */
  async ended(ids: readonly string[]): Promise<Ended[]> {
    const text = `select id, state::text, output from ${SCHEMA}.job
      where name = $1 and id = any($2::uuid[]) and state in ('completed', 'failed', 'cancelled')`;
    const { rows } = (await this.boss.getDb().executeSql(text, [this.name, ids])) as { rows: Row[] };
    return rows.map(({ id, state, output }) => {
      if (state === "cancelled") return { id, failure: "was cancelled in the queue" };
      if (state === "failed") return { id, failure: `lost its worker ${LOST + 1} times` };
      if (output !== null && "packed" in output) return { id, result: unpack(output.packed) };
      return { id, failure: output?.failure ?? "left nothing" };
    });
  }

  /** How many of these jobs are being done. */
  async busy(ids: readonly string[]): Promise<number> {
    const text = `select count(*)::int as count from ${SCHEMA}.job
      where name = $1 and id = any($2::uuid[]) and state = 'active'`;
    const { rows } = (await this.boss.getDb().executeSql(text, [this.name, ids])) as { rows: { count: number }[] };
    return rows[0]!.count;
  }

  async close(): Promise<void> {
    await this.boss.stop({ graceful: false, close: true });
  }

  private async end(id: string, attempt: number, output: Output): Promise<void> {
    await this.boss.complete(this.name, { id, retryCount: attempt }, output);
  }
}

/** A UUID of the content. */
function idOf(name: string, packed: string): string {
  const hex = hash("sha256", `${name} ${packed}`);
  return [hex.slice(0, 8), hex.slice(8, 12), `8${hex.slice(13, 16)}`, `8${hex.slice(17, 20)}`, hex.slice(20, 32)].join(
    "-",
  );
}

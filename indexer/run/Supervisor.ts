// SPDX-License-Identifier: MIT
import { spawn, type ChildProcess } from "node:child_process";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { dirname, join } from "node:path";
import type { Kept } from "./Kept";

const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));
/** Ponder's program: where its package is, asked when it is wanted. */
const ponder = (): string => join(dirname(fileURLToPath(import.meta.resolve("ponder"))), "bin/ponder.js");

/** Ends Ponder when this process is killed and cannot end it. */
const WITH_PARENT = new URL("./withParent.mjs", import.meta.url).href;

/** How Ponder says that what it finds is another program's, or another chain's. */
const OTHER_ROWS = /previously used by a (?:different|Ponder app)/;
const OTHER_CHAIN = /cannot move backwards|different genesis/i;

/** Between two rebuilds, milliseconds: doubled each time, until rows were right for as long. */
const FIRST_WAIT = 5_000;
const LONGEST_WAIT = 3_600_000;

export interface SupervisorOptions {
  readonly kept: Kept;
  /** `start` indexes and serves; `serve` serves what another process indexes. */
  readonly mode: "start" | "serve";
  readonly port: number;
  readonly environment: Readonly<Record<string, string>>;
  readonly say: (text: string) => void;
  /** Milliseconds between looks at its health. */
  readonly pause?: number;
  /** Is Ponder's own log wanted? */
  readonly verbose?: boolean;
}

/** Runs Ponder, again when it dies, and from the beginning when the doctor says that rows are wrong. */
export class Supervisor {
  private child: ChildProcess | undefined;
  private stopped = false;
  private ended: Promise<void> | undefined;
  /** Why the next start is from the beginning, and with fetched logs or without. */
  private fresh: { why: string; logs: boolean } | undefined;
  private failures = 0;
  rebuilds = 0;
  starts = 0;
  /** A rebuild that does not help is not tried again at once: from when the next may be, and how long it then waits. */
  private mayRebuild = { from: 0, wait: FIRST_WAIT };

  constructor(private readonly options: SupervisorOptions) {}

  /** Runs until `stop`. */
  run(): Promise<void> {
    this.ended ??= this.forever();
    return this.ended;
  }

  async stop(): Promise<void> {
    this.stopped = true;
    await this.end();
    await this.ended;
  }

  /** The process of Ponder at the moment. */
  get pid(): number | undefined {
    return this.child?.pid;
  }

  private async forever(): Promise<void> {
    while (!this.stopped) {
      try {
        if (this.fresh !== undefined) await this.dropRows(this.fresh);
        else if (this.options.mode === "start") await this.options.kept.prepare();
        await this.once();
      } catch (failure) {
        this.failures += 1;
        this.options.say(`the database does not answer: ${(failure as Error).message}`);
      }
      if (!this.stopped) await sleep(Math.min(30_000, 500 * 2 ** Math.min(this.failures, 6)));
    }
  }

  private async dropRows({ why, logs }: { why: string; logs: boolean }): Promise<void> {
    this.options.say(`rebuilding: ${why}`);
    await this.options.kept.drop(logs);
    await this.options.kept.prepare();
    this.fresh = undefined;
    this.rebuilds += 1;
  }

  /** One life of Ponder. */
  private async once(): Promise<void> {
    const { mode, port, kept, environment, say } = this.options;
    const args = [
      "--import",
      WITH_PARENT,
      ponder(),
      mode,
      "--root",
      ROOT,
      "--schema",
      kept.environment["DATABASE_SCHEMA"]!,
      "--port",
      String(port),
    ];
    const counts = { REBUILDS: String(this.rebuilds), STARTS: String(this.starts + 1) };
    const env = { ...process.env, ...environment, ...kept.environment, PONDER_TELEMETRY_DISABLED: "true", ...counts };
    const child = spawn(process.execPath, args, { cwd: ROOT, env, stdio: ["ignore", "pipe", "pipe", "ipc"] });
    this.child = child;
    this.starts += 1;
    const orphan = () => child.kill("SIGKILL"); // without waiting, when this process ends by itself
    process.once("exit", orphan);
    for (const stream of [child.stdout, child.stderr]) stream?.on("data", (text: Buffer) => this.hear(text.toString()));
    const exit = new Promise<string>((resolve) => {
      child.once("exit", (code, signal) => resolve(signal ?? `code ${code}`));
      child.once("error", (failure) => resolve(failure.message));
    });
    const watching = this.watch(child);
    const how = await exit;
    await watching;
    process.off("exit", orphan);
    this.child = undefined;
    if (this.stopped || this.fresh !== undefined) return;
    this.failures += 1;
    say(`the indexer ended with ${how}: it is started again`);
    if (mode === "start") await kept.release();
  }

  /** Asks for its health until it ends; a lasting fault ends it. */
  private async watch(child: ChildProcess): Promise<void> {
    const { port, pause = 2_000 } = this.options;
    while (child.exitCode === null && child.signalCode === null && !this.stopped) {
      await sleep(pause);
      const health = await healthOf(port);
      if (health?.status === "ok") this.isRight();
      if (health?.rebuild !== true || this.options.mode === "serve" || Date.now() < this.mayRebuild.from) continue;
      const { wait } = this.mayRebuild;
      this.mayRebuild = { from: Date.now() + wait, wait: Math.min(2 * wait, LONGEST_WAIT) };
      this.fresh = { why: health.faults?.map(({ message }) => message).join("; ") ?? "", logs: true };
      await this.end();
    }
  }

  private isRight(): void {
    this.failures = 0;
    if (Date.now() > this.mayRebuild.from + this.mayRebuild.wait) this.mayRebuild.wait = FIRST_WAIT;
  }

  private hear(text: string): void {
    if (this.options.verbose) this.options.say(text.trimEnd());
    if (OTHER_ROWS.test(text)) this.fresh ??= { why: "the program that made the rows was another", logs: false };
    if (OTHER_CHAIN.test(text)) this.fresh ??= { why: "the chain is another", logs: true };
  }

  private async end(): Promise<void> {
    const { child } = this;
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const gone = new Promise((resolve) => child.once("exit", resolve));
    child.kill("SIGTERM");
    const late = setTimeout(() => child.kill("SIGKILL"), 5_000);
    await gone;
    clearTimeout(late);
  }
}

interface Told {
  status: string;
  rebuild?: boolean;
  indexed?: number;
  faults?: { message: string }[];
}

/** What /v1/health says; undefined while nobody answers. */
export async function healthOf(port: number): Promise<Told | undefined> {
  try {
    const response = await fetch(`http://127.0.0.1:${port}/v1/health`, { signal: AbortSignal.timeout(5_000) });
    return (await response.json()) as Told;
  } catch {
    return undefined;
  }
}

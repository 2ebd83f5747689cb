// SPDX-License-Identifier: MIT
import { spawn, type ChildProcess } from "node:child_process";
import { appendFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";

/** How a service is: what it says of itself, and the last block that it has seen. */
export interface Health {
  readonly ok: boolean;
  readonly block?: number | undefined;
  readonly says: string;
}

/** A service as it is to be run. */
export interface ServiceSpec {
  readonly name: string;
  readonly command: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly cwd: string;
  /** Where it is asked how it is; it must be told by `health`. */
  readonly url: string;
  /** What it prints. */
  readonly log: string;
  readonly health: () => Promise<Health>;
  /** Its death is the venue's: it cannot go on where it was. */
  readonly vital?: boolean;
}

const FIRST_PAUSE = 500; // ms before the next start, doubled with each death
const LONGEST_PAUSE = 30_000;
const FORGIVEN = 60_000; // ms of life after which the pause is the first one again
const PATIENCE = 10_000; // ms to end in order

/** A service as a process, in a group of its own; started again when it dies. */
export class Service {
  private child: ChildProcess | undefined;
  private wanted = false;
  private startedAt = 0;
  private pause = FIRST_PAUSE;
  private living: Promise<void> | undefined;
  private looking: Promise<Health> | undefined;
  private waking = new AbortController();
  private last: Health = { ok: false, says: "starting" };
  starts = 0;
  /** Hears when a vital service has died. */
  onLost: (why: string) => void = () => {};

  constructor(
    readonly spec: ServiceSpec,
    private readonly say: (line: string) => void,
  ) {}

  get name(): string {
    return this.spec.name;
  }

  get pid(): number | undefined {
    return this.running ? this.child!.pid : undefined;
  }

  get running(): boolean {
    return this.child !== undefined && this.child.exitCode === null && this.child.signalCode === null;
  }

  /** As last looked at. */
  get health(): Health {
    return this.last;
  }

  start(): void {
    if (this.wanted) return;
    this.wanted = true;
    this.waking = new AbortController();
    this.living = this.live();
  }

  /** Asks it in order, and ends it when it takes too long. */
  async stop(): Promise<void> {
    this.wanted = false;
    this.waking.abort();
    if (this.running) {
      this.child!.kill("SIGTERM");
      const late = setTimeout(() => this.kill(), PATIENCE);
      await this.living;
      clearTimeout(late);
    }
    await this.living;
    this.kill(); // what it left in its group
  }

  /** At once, with all that it has started, as a power cut does. */
  kill(): void {
    if (this.child?.pid === undefined) return;
    try {
      process.kill(-this.child.pid, "SIGKILL");
    } catch {
      // the group has ended
    }
  }

  /** Asks how it is, and tells when that has changed. */
  look(): Promise<Health> {
    this.looking ??= this.lookNow().finally(() => (this.looking = undefined));
    return this.looking;
  }

  private async lookNow(): Promise<Health> {
    const before = this.last.ok;
    this.last = await this.spec
      .health()
      .catch((failure: unknown): Health => ({ ok: false, says: `no answer: ${reasonOf(failure)}` }));
    if (this.last.ok !== before && this.wanted && this.running) {
      const after = `after ${((Date.now() - this.startedAt) / 1_000).toFixed(1)} s`;
      this.say(this.last.ok ? `well ${after}: ${this.last.says}` : `not well: ${this.last.says}`);
    }
    return this.last;
  }

  private async live(): Promise<void> {
    while (this.wanted) {
      const how = await this.once();
      if (!this.wanted) return;
      if (Date.now() - this.startedAt >= FORGIVEN) this.pause = FIRST_PAUSE;
      this.last = { ok: false, says: `ended with ${how}` };
      if (this.spec.vital) {
        this.wanted = false;
        return this.onLost(`${this.name} ended with ${how} (${this.spec.log})`);
      }
      this.say(`ended with ${how}: started again in ${this.pause / 1_000} s (${this.spec.log})`);
      await sleep(this.pause, undefined, { signal: this.waking.signal }).catch(() => {});
      this.pause = Math.min(LONGEST_PAUSE, this.pause * 2);
    }
  }

  /** One life. How it ended. */
  private once(): Promise<string> {
    const { command, env, cwd, log } = this.spec;
    const [program, ...args] = command;
    // A group of its own, as a terminal's Ctrl-C is for the venue alone. Its input closes with us: see leash.mjs.
    const stdio: ["pipe", "pipe", "pipe"] = ["pipe", "pipe", "pipe"];
    const child = spawn(program!, args, { cwd, env: { ...process.env, ...env }, detached: true, stdio });
    [this.child, this.startedAt] = [child, Date.now()];
    this.starts += 1;
    child.stdin.on("error", () => {});
    for (const stream of [child.stdout, child.stderr]) {
      stream.on("data", (chunk: Buffer) => appendFileSync(log, chunk));
    }
    return new Promise((resolve) => {
      child.once("error", ({ message }) => resolve(message));
      child.once("exit", (code, signal) => {
        this.kill(); // what it left in its group
        resolve(signal ?? `code ${code}`);
      });
    });
  }
}

function reasonOf(failure: unknown): string {
  const { message, cause } = failure as Error & { cause?: { code?: string } };
  return cause?.code ?? message;
}

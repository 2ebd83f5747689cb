// SPDX-License-Identifier: MIT
import { spawn, type ChildProcess } from "node:child_process";
import { appendFileSync, readFileSync, readdirSync } from "node:fs";

export interface Launch {
  command: readonly string[];
  env: Readonly<Record<string, string>>;
  cwd: string;
  /** What it prints. */
  log: string;
}

/** A keeper as a child, in a process group of its own so that what it starts ends with it. */
export class KeeperProcess {
  private child: ChildProcess | undefined;
  starts = 0;

  constructor(readonly launch: Launch) {
    process.once("exit", () => this.signal("SIGKILL"));
  }

  start(): void {
    const [file, ...args] = this.launch.command;
    const env = { ...process.env, ...this.launch.env };
    const child = spawn(file!, args, { cwd: this.launch.cwd, env, detached: true, stdio: ["ignore", "pipe", "pipe"] });
    const write = (chunk: Buffer) => appendFileSync(this.launch.log, chunk);
    child.stdout.on("data", write);
    child.stderr.on("data", write);
    child.on("error", (error) => write(Buffer.from(`${error.message}\n`)));
    this.child = child;
    ++this.starts;
  }

  get running(): boolean {
    return this.child !== undefined && this.child.exitCode === null && this.child.signalCode === null;
  }

  /** Ends it at once, as a power cut does. */
  async kill(): Promise<void> {
    if (!this.running) return;
    const ended = new Promise((resolve) => this.child!.once("exit", resolve));
    this.signal("SIGKILL");
    await ended;
  }

  /** Ids of the processes of its group. */
  pids(): number[] {
    const group = this.child?.pid;
    if (group === undefined || process.platform !== "linux") return [];
    return readdirSync("/proc")
      .filter((name) => /^\d+$/.test(name))
      .map(Number)
      .filter((pid) => groupOf(pid) === group);
  }

  private signal(signal: NodeJS.Signals): void {
    if (!this.running) return;
    try {
      process.kill(-this.child!.pid!, signal);
    } catch {
      // It has just ended.
    }
  }
}

function groupOf(pid: number): number | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    return Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[2]);
  } catch {
    return undefined; // ended meanwhile
  }
}

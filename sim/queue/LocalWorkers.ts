// SPDX-License-Identifier: MIT
import { fork, type ChildProcess } from "node:child_process";
import { join } from "node:path";

/** No worker is left, and no other can come. */
export class NoWorkers extends Error {
  constructor(last: string) {
    super(`all workers have ended before the jobs were done; the last one with ${last}`);
    this.name = "NoWorkers";
  }
}

/** Workers of this machine, a process each. They end with this process. */
export class LocalWorkers {
  private readonly running = new Set<ChildProcess>();
  private last = "nothing";

  constructor(count: number, url: string, say: (text: string) => void = () => {}) {
    for (let number = 1; number <= count; ++number) {
      const child = fork(join(import.meta.dirname, "worker.ts"), [], {
        execArgv: ["--import", "tsx"],
        env: { ...process.env, DATABASE_URL: url },
        stdio: ["ignore", "ignore", "inherit", "ipc"],
      });
      this.running.add(child);
      child.once("exit", (code, signal) => {
        this.running.delete(child);
        this.last = signal ?? `code ${code}`;
        if (!this.stopping) say(`worker ${number} has ended with ${this.last}; others do its job after it`);
      });
    }
  }

  private stopping = false;

  get pids(): number[] {
    return [...this.running].flatMap(({ pid }) => pid ?? []);
  }

  /** Throws when there is none left. */
  check(): void {
    if (this.running.size === 0) throw new NoWorkers(this.last);
  }

  async stop(): Promise<void> {
    this.stopping = true;
    const ended = [...this.running].map((child) => new Promise((resolve) => child.once("exit", resolve)));
    for (const child of this.running) child.kill("SIGKILL");
    await Promise.all(ended);
  }
}

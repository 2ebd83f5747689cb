// SPDX-License-Identifier: MIT
import { spawn, type ChildProcess } from "node:child_process";
import { mkdtempSync, readFileSync, readdirSync, rmSync } from "node:fs";
import { createServer, type AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

const ROOT = join(import.meta.dirname, "../..");
/** Every process that a venue starts inherits it. */
const MARK = "NOVATION_VENUE_TEST";
const PORTS = 8;

/** `npm run venue` as a process, and all that it has started. */
export class Run {
  said = "";
  private constructor(
    readonly child: ChildProcess,
    readonly ports: number,
    private readonly mark: string,
    private readonly folder: string,
  ) {
    for (const stream of [child.stdout!, child.stderr!]) {
      stream.on("data", (chunk: Buffer) => {
        this.said += chunk;
        if (process.env["VENUE_TEST_VERBOSE"]) process.stderr.write(chunk);
      });
    }
  }

  static async start(...args: string[]): Promise<Run> {
    const folder = mkdtempSync(join(tmpdir(), "venue-test-"));
    const ports = await freeRange();
    const mark = `${MARK}=${process.pid}-${ports}`;
    const all = ["--import", "tsx", "venue/main.ts", "--ports", String(ports), "--data", folder, ...args];
    const env = { ...process.env, [MARK]: mark.slice(MARK.length + 1) };
    const child = spawn(process.execPath, all, { cwd: ROOT, env, stdio: ["ignore", "pipe", "pipe"] });
    return new Run(child, ports, mark, folder);
  }

  get page(): string {
    return `http://127.0.0.1:${this.ports + 4}`;
  }

  /** Waits until it has said something. */
  async says(what: RegExp, seconds: number): Promise<void> {
    for (const until = Date.now() + seconds * 1_000; Date.now() < until; await sleep(100)) {
      if (what.test(this.said)) return;
      if (this.child.exitCode !== null) break;
    }
    throw new Error(`it did not say ${what}:\n${this.said}`);
  }

  /** How it ended. */
  async ended(seconds: number): Promise<number | string> {
    const { child } = this;
    if (child.exitCode !== null || child.signalCode !== null) return child.exitCode ?? child.signalCode!;
    return new Promise((resolve, reject) => {
      const late = setTimeout(
        () => reject(new Error(`it has not ended within ${seconds} s:\n${this.said}`)),
        seconds * 1_000,
      );
      child.once("exit", (code, signal) => {
        clearTimeout(late);
        resolve(code ?? signal!);
      });
    });
  }

  /** What it has started and what still lives, by command. */
  processes(): string[] {
    return readdirSync("/proc")
      .filter((name) => /^\d+$/.test(name))
      .flatMap((name) => {
        try {
          const isOurs = readFileSync(`/proc/${name}/environ`, "utf8").split("\0").includes(this.mark);
          const isDead = readFileSync(`/proc/${name}/stat`, "utf8").includes(") Z ");
          return isOurs && !isDead ? [readFileSync(`/proc/${name}/cmdline`, "utf8").replaceAll("\0", " ")] : [];
        } catch {
          return []; // ended meanwhile
        }
      });
  }

  /** Waits until nothing of it lives. Returns what does. */
  async left(seconds: number): Promise<string[]> {
    let left = this.processes();
    for (const until = Date.now() + seconds * 1_000; left.length > 0 && Date.now() < until; left = this.processes()) {
      await sleep(200);
    }
    return left;
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** The first of as many ports as a venue needs, all free now. */
async function freeRange(): Promise<number> {
  for (;;) {
    const first = 20_000 + Math.floor(Math.random() * 10_000);
    const free = await Promise.all(Array.from({ length: PORTS }, (_, index) => isFree(first + index)));
    if (free.every(Boolean)) return first;
  }
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once("error", () => resolve(false));
    server.listen(port, "127.0.0.1", () => {
      const told = (server.address() as AddressInfo).port === port;
      server.close(() => resolve(told));
    });
  });
}

// SPDX-License-Identifier: MIT
import { spawnSync } from "node:child_process";

/** Some of the tests. What survives one stage meets the next. */
export interface Stage {
  /** Writes the instrumented sources among `texts`, by path, and all else that the tests need, and builds it. */
  build(texts: Map<string, string>): void;
  /** Throws when a test fails with no mutant on. */
  check(): void;
  /** Runs the tests on the mutant of this number. */
  try(mutant: number): Ending;
}

export interface Ending {
  status: "killed" | "timed out" | "survived";
  /** The first test that failed. */
  by?: string;
}

export interface Run {
  /** Null: it took longer than it may. */
  status: number | null;
  output: string;
}

export function run(
  program: string,
  args: string[],
  options: { cwd: string; timeout?: number; env?: NodeJS.ProcessEnv },
): Run {
  const ended = spawnSync(program, args, {
    ...options,
    encoding: "utf8",
    killSignal: "SIGKILL",
    maxBuffer: 1 << 28,
    shell: process.platform === "win32",
  });
  if (ended.error && (ended.error as NodeJS.ErrnoException).code !== "ETIMEDOUT") throw ended.error;
  return { status: ended.status, output: `${ended.stdout}${ended.stderr}` };
}

/** Which the instrumented contracts take for the mutant's number. */
export function coinbaseOf(mutant: number): string {
  return `0x${mutant.toString(16).padStart(40, "0")}`;
}

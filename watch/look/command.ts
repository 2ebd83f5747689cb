// SPDX-License-Identifier: MIT
import { execFile, type ChildProcess } from "node:child_process";
import { join } from "node:path";

const ROOT = join(import.meta.dirname, "../..");
/** Bytes of an answer. */
const MOST = 256 * 2 ** 20;

/** Those that run: they end with us. */
const running = new Set<ChildProcess>();
process.once("exit", () => {
  for (const child of running) child.kill("SIGKILL");
});

/** A command of another folder did not do what it was asked. */
export class CommandFailed extends Error {
  override readonly name = "CommandFailed";
}

/**
 * What a command of ours says as JSON, which ends with 0 or, when it found something, with 1. A process of its own:
 * what it needs stays in its folder, and what it does keeps nobody waiting.
 */
export function jsonOf(file: string, args: readonly string[], timeout: number): Promise<unknown> {
  const command = ["--import", "tsx", join(ROOT, file), ...args];
  const options = { cwd: ROOT, timeout: timeout * 1_000, killSignal: "SIGKILL", maxBuffer: MOST } as const;
  return new Promise((resolve, reject) => {
    const child = execFile(process.execPath, command, options, (failure, out, err) => {
      running.delete(child);
      const code = failure === null ? 0 : failure.code;
      const isAnswer = (code === 0 || code === 1) && out.trimStart().startsWith("{");
      if (!isAnswer) {
        const lines = err.trim().split("\n");
        const last = lines.find((line) => /^\S*error\b|^\w+: /i.test(line)) ?? lines.at(-1);
        const why = failure?.killed
          ? `it took longer than ${timeout} s`
          : last || failure?.message || "it said nothing";
        return reject(new CommandFailed(`${file}: ${why}`));
      }
      try {
        resolve(JSON.parse(out));
      } catch (bad) {
        reject(new CommandFailed(`${file}: ${(bad as Error).message}`));
      }
    });
    running.add(child);
  });
}

// SPDX-License-Identifier: MIT
import { cpSync, existsSync, mkdirSync, readdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join, matchesGlob } from "node:path";
import { root } from "../assurance/solc.js";
import { type Ending, type Run, type Stage, coinbaseOf, run } from "./stage.js";

/** Longer than mocha waits for a test: only what does not end at all is stopped. */
const TIMEOUT = 900_000;

/** TypeScript tests, by mocha. Quick files come first, and the first that fails is the last that a mutant meets. */
export class TypeScriptStage implements Stage {
  private files: string[] = [];

  constructor(
    private readonly directory: string,
    private readonly patterns: string[],
    private readonly say: (line: string) => void,
  ) {}

  /** A copy of the whole tree: so the tests find contracts with the mutants in them wherever they look. */
  build(mutated: Map<string, string>): void {
    mkdirSync(this.directory, { recursive: true });
    for (const name of readdirSync(this.directory))
      if (name !== "artifacts" && name !== "cache") rmSync(join(this.directory, name), { recursive: true });
    for (const name of ["node_modules", "types"]) symlinkSync(join(root, name), join(this.directory, name));

    const listed = run("git", ["ls-files", "--cached", "--others", "--exclude-standard"], { cwd: root }).output;
    const paths = listed.split("\n").filter((path) => path !== "" && existsSync(join(root, path)));
    for (const path of paths) cpSync(join(root, path), join(this.directory, path));
    for (const [path, text] of mutated) {
      mkdirSync(join(this.directory, dirname(path)), { recursive: true });
      writeFileSync(join(this.directory, path), text);
    }
    this.files = paths.filter((path) => this.patterns.some((pattern) => matchesGlob(path, pattern)));
    if (this.files.length === 0) throw new Error(`no file fits ${this.patterns.join(" or ")}`);
    const { status, output } = this.hardhat(["build", "--no-tests", "--no-typechain", "--quiet"]);
    if (status !== 0) throw new Error(`the instrumented contracts do not build in Hardhat:\n${output}`);
  }

  /** Leaves out what fails with no mutant on, like a test that reads the source of a contract with mutants in it. */
  check(): void {
    const took = new Map<string, number>();
    for (const file of this.files) {
      const started = Date.now();
      const { status, output } = this.mocha(file);
      if (status === 0) took.set(file, Date.now() - started);
      else this.say(`left out, as it fails with no mutant on: ${file} ${firstFailure(output)}`);
    }
    if (took.size === 0) throw new Error("all TypeScript tests fail with no mutant on");
    this.files = [...took.keys()].sort((a, b) => took.get(a)! - took.get(b)!);
  }

  try(mutant: number): Ending {
    const env = { NOVATION_COINBASE: coinbaseOf(mutant) };
    for (const file of this.files) {
      // Once more, as a test that looks at clocks may fail on a crowded machine.
      if (this.mocha(file, env).status === 0) continue;
      const { status, output } = this.mocha(file, env);
      if (status === null) return { status: "timed out", by: file };
      if (status !== 0) return { status: "killed", by: `${file} ${firstFailure(output)}` };
    }
    return { status: "survived" };
  }

  private mocha(file: string, env: Record<string, string> = {}): Run {
    return this.hardhat(["test", "mocha", file, "--bail", "--no-compile"], env);
  }

  private hardhat(args: string[], more: Record<string, string> = {}): Run {
    const env = { ...process.env, HARDHAT_CONFIG: "hardhat.mutants.config.ts", NO_COLOR: "1", ...more };
    return run("hardhat", args, { cwd: this.directory, timeout: TIMEOUT, env });
  }
}

function firstFailure(output: string): string {
  return /^\s+1\) (.+)$/m.exec(output)?.[1] ?? "";
}

// SPDX-License-Identifier: MIT
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join, matchesGlob, posix } from "node:path";
import { forgeBinary } from "../../tools/binary.mjs";
import { root, solidityFiles } from "../assurance/solc.js";
import { type Ending, type Run, type Stage, coinbaseOf, run } from "./stage.js";

const TIMEOUT = 240_000;
/** Of the tests that somebody names: with few plays. */
const FEW = { FOUNDRY_FUZZ_RUNS: "24", FOUNDRY_INVARIANT_RUNS: "2", FOUNDRY_INVARIANT_DEPTH: "48" };
const isSlow = (path: string) => matchesGlob(path, "test/{unit/periphery,invariants}/**");

/** Solidity tests, by forge. */
export class SolidityStage implements Stage {
  private constructor(
    private readonly directory: string,
    private readonly holds: (path: string) => boolean,
    /** How often what is random is played. */
    private readonly plays: Record<string, string>,
  ) {}

  /** All tests. The slow ones come second and with fewer runs: only what survives the first meets them. */
  static all(directory: string): SolidityStage[] {
    const once = { FOUNDRY_FUZZ_RUNS: "16", FOUNDRY_INVARIANT_RUNS: "4", FOUNDRY_INVARIANT_DEPTH: "64" };
    return [
      new SolidityStage(directory, (path) => !isSlow(path), { FOUNDRY_FUZZ_RUNS: "64" }),
      new SolidityStage(directory, isSlow, once),
    ];
  }

  /** The tests in some files. */
  static of(directory: string, pattern: string): SolidityStage {
    return new SolidityStage(directory, (path) => matchesGlob(path, pattern), FEW);
  }

  /**
   * The stage's tests and what they import. Only what changed is compiled again: the same mutants with another test,
   * say. Other tests are not there at all, as forge compiles everything anew to tell what a filter leaves: five seconds
   * a run.
   */
  build(mutated: Map<string, string>): void {
    mkdirSync(join(this.directory, "scripts"), { recursive: true });
    for (const name of ["node_modules", "scripts/solc-wrapper"]) {
      if (!existsSync(join(this.directory, name))) symlinkSync(join(root, name), join(this.directory, name));
    }
    const texts = new Map([["foundry.toml", readFileSync(join(root, "foundry.toml"), "utf8")]]);
    const wanted = solidityFiles("test").filter((path) => path.endsWith(".t.sol") && this.holds(path));
    for (const path of wanted) {
      const text = mutated.get(path) ?? readFileSync(join(root, path), "utf8");
      texts.set(path, text);
      wanted.push(...importsOf(path, text).filter((other) => !wanted.includes(other)));
    }
    for (const name of ["contracts", "test"]) {
      const there = join(this.directory, name);
      for (const path of existsSync(there) ? readdirSync(there, { recursive: true, encoding: "utf8" }) : [])
        if (path.endsWith(".sol") && !texts.has(`${name}/${path.replaceAll("\\", "/")}`)) rmSync(join(there, path));
    }
    for (const [path, text] of texts) {
      const file = join(this.directory, path);
      if (existsSync(file) && readFileSync(file, "utf8") === text) continue;
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, text);
    }
    const { status, output } = this.forge(["build"], 3_600_000);
    if (status !== 0) throw new Error(`the instrumented contracts do not build:\n${output}`);
  }

  check(): void {
    const { status, output } = this.forge(["test", "--fail-fast"], 1_800_000, this.plays);
    if (status !== 0) throw new Error(`the tests fail with no mutant on:\n${output}`);
  }

  try(mutant: number): Ending {
    const args = ["test", "--fail-fast", "--block-coinbase", coinbaseOf(mutant)];
    const { status, output } = this.forge(args, TIMEOUT, this.plays);
    if (status === null) return { status: "timed out" };
    return status === 0 ? { status: "survived" } : { status: "killed", by: firstFailure(output) };
  }

  private forge(args: string[], timeout: number, plays: Record<string, string> = {}): Run {
    const env = { ...process.env, FOUNDRY_PROFILE: "default", NO_COLOR: "1", ...plays };
    return run(forgeBinary(), args, { cwd: this.directory, timeout, env });
  }
}

/** The files of ours that a file imports. */
function importsOf(path: string, text: string): string[] {
  const named = [...text.matchAll(/\bimport\b[^;"]*"(\.[^"]+)";/g)].map((match) => match[1]!);
  return named.map((other) => posix.join(posix.dirname(path), other));
}

function firstFailure(output: string): string {
  const line = output.split("\n").find((text) => text.startsWith("[FAIL"));
  const suites = output.slice(0, output.indexOf("[FAIL")).matchAll(/Ran \d+ tests? for \S+:(\w+)/g);
  const suite = [...suites].at(-1)?.[1] ?? "";
  return line ? `${suite} ${/\] (\w+)/.exec(line)?.[1] ?? line}`.trim() : output.trim().split("\n").at(-1)!;
}

// SPDX-License-Identifier: MIT
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join, matchesGlob, posix } from "node:path";
import { type Source, root, solidityFiles, typeErrors } from "../assurance/solc.js";
import { forgeBinary } from "../../tools/binary.mjs";
import { instrument } from "./instrument.js";
import type { Mutant } from "./mutants.js";

export interface Verdict {
  mutant: Mutant;
  status: "killed" | "timed out" | "survived" | "not compiling";
  /** The first test that failed, or the compiler's message. */
  by?: string;
  seconds: number;
}

/** Some of the test files, and how often what is random in them is played. */
interface Stage {
  holds(path: string): boolean;
  env: Record<string, string>;
}

const isSlow = (path: string) => matchesGlob(path, "test/{unit/periphery,invariants}/**");

/**
 * Both together are all Solidity tests. The slow ones come second and with fewer runs: only what survives the first
 * meets them.
 */
const STAGES: Stage[] = [
  { holds: (path) => !isSlow(path), env: { FOUNDRY_FUZZ_RUNS: "64" } },
  {
    holds: isSlow,
    env: { FOUNDRY_FUZZ_RUNS: "16", FOUNDRY_INVARIANT_RUNS: "4", FOUNDRY_INVARIANT_DEPTH: "64" },
  },
];
/** Of the tests that somebody names: with few plays. */
const FEW = { FOUNDRY_FUZZ_RUNS: "24", FOUNDRY_INVARIANT_RUNS: "2", FOUNDRY_INVARIANT_DEPTH: "48" };
const TIMEOUT = 240_000;
const UNASSIGNED = /can be returned without prior assignment/;

/** The contracts with all mutants in them, built once in a directory of their own, and run once a mutant. */
export class Campaign {
  private readonly directory = join(root, "cache/mutate");
  private readonly stages: Stage[];
  private readonly numbers: Map<Mutant, number>;
  readonly refused: Verdict[] = [];

  constructor(
    private readonly sources: Source[],
    mutants: Mutant[],
    private readonly say: (line: string) => void,
    /** Only the tests in these files, a stage a pattern: what survives one meets the next. None: all tests. */
    patterns: string[] = [],
  ) {
    const named = patterns.map((pattern) => ({ holds: (path: string) => matchesGlob(path, pattern), env: FEW }));
    this.stages = named.length === 0 ? STAGES : named;
    this.numbers = new Map(mutants.map((mutant, i) => [mutant, i + 1]));
  }

  /**
   * Leaves out what does not compile. Then, stage by stage: builds, checks that the tests pass with no mutant on, and
   * runs them on each mutant that is left.
   */
  *run(): Generator<Verdict> {
    this.leaveOutWhatDoesNotCompile();
    yield* this.refused;
    mkdirSync(join(this.directory, "scripts"), { recursive: true });
    for (const name of ["node_modules", "scripts/solc-wrapper"]) {
      if (!existsSync(join(this.directory, name))) symlinkSync(join(root, name), join(this.directory, name));
    }
    const left = new Map([...this.numbers].map(([mutant]) => [mutant, 0]));
    for (const stage of this.stages) {
      this.build(stage);
      for (const [mutant, before] of left) {
        const verdict = this.try(stage, mutant, before);
        left.set(mutant, verdict.seconds);
        if (verdict.status === "survived") continue;
        left.delete(mutant);
        yield verdict;
      }
    }
    for (const [mutant, seconds] of left) yield { mutant, status: "survived", seconds };
  }

  private build(stage: Stage): void {
    const started = Date.now();
    this.writeSources(stage);
    const { status, output } = this.forge(["build"], 3_600_000);
    if (status !== 0) throw new Error(`the instrumented contracts do not build:\n${output}`);
    this.say(`built ${this.numbers.size} mutants into one set of contracts in ${seconds(started)} s`);
    const run = this.forge(["test", "--fail-fast"], 1_800_000, stage.env);
    if (run.status !== 0) throw new Error(`the tests fail with no mutant on:\n${run.output}`);
    this.say(`no mutant on: all tests pass, ${seconds(started)} s`);
  }

  private try(stage: Stage, mutant: Mutant, before: number): Verdict {
    const started = Date.now();
    const coinbase = `0x${this.numbers.get(mutant)!.toString(16).padStart(40, "0")}`;
    const run = this.forge(["test", "--fail-fast", "--block-coinbase", coinbase], TIMEOUT, stage.env);
    const spent = Math.round(10 * (before + seconds(started))) / 10;
    if (run.status === null) return { mutant, status: "timed out", seconds: spent };
    if (run.status === 0) return { mutant, status: "survived", seconds: spent };
    return { mutant, status: "killed", seconds: spent, by: firstFailure(run.output) };
  }

  /**
   * The stage's tests and what they import. Only what changed is compiled again: the same mutants with another test,
   * say. Other tests are not there at all, as forge compiles everything anew to tell what a filter leaves: five seconds
   * a run.
   */
  private writeSources({ holds }: Stage): void {
    const texts = new Map([["foundry.toml", readFileSync(join(root, "foundry.toml"), "utf8")]]);
    const mutated = this.texts();
    const wanted = solidityFiles("test").filter((path) => path.endsWith(".t.sol") && holds(path));
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
  }

  private texts(): Map<string, string> {
    return instrument(
      this.sources,
      [...this.numbers].map(([mutant, number]) => ({ mutant, number })),
    );
  }

  private leaveOutWhatDoesNotCompile(): void {
    for (;;) {
      const texts = this.texts();
      const errors = typeErrors(texts);
      if (errors.length === 0) return;
      const suspects = new Map<number, string>();
      for (const { path, start, end, message } of errors) {
        const text = Buffer.from(texts.get(path) ?? "");
        const upTo = text.subarray(0, end).toString("utf8");
        const inside = [
          ...text
            .subarray(start, end)
            .toString("utf8")
            .matchAll(/mutant__\(\) == (\d+)/g),
        ];
        const last = [...upTo.matchAll(/mutant__\(\) == (\d+)/g)].at(-1);
        if (UNASSIGNED.test(message)) {
          // It stands at the declaration: to blame is who drops the assignment behind it.
          const name = /(\w+)$/.exec(text.subarray(start, end).toString("utf8"))?.[1] ?? "";
          const body = text.subarray(end).toString("utf8").split("\n    function ")[0]!;
          for (const number of this.droppersOf(name, body)) suspects.set(number, message);
          continue;
        }
        for (const match of inside.length > 0 ? inside : last ? [last] : []) suspects.set(Number(match[1]), message);
      }
      for (const [mutant, number] of this.numbers) {
        // A constant's variant is a declaration of its own, which names the mutant, and no choice between two values.
        const own = errors.find(({ path, start }) => declarationAt(texts.get(path) ?? "", start).includes(mutant.id));
        if (own) suspects.set(number, own.message);
      }
      if (suspects.size === 0) throw new Error(errors.map(({ message }) => message).join("\n"));
      for (const [mutant, number] of this.numbers) {
        const by = suspects.get(number);
        if (by === undefined) continue;
        this.numbers.delete(mutant);
        this.refused.push({ mutant, status: "not compiling", by, seconds: 0 });
      }
    }
  }

  /** The mutants in `body` that drop a statement with `name` in it. */
  private droppersOf(name: string, body: string): number[] {
    const there = new Set([...body.matchAll(/mutant__\(\) [!=]= (\d+)/g)].map((match) => Number(match[1])));
    return [...this.numbers]
      .filter(([{ operator, before }, number]) => {
        return there.has(number) && operator === "statement" && new RegExp(`\\b${name}\\b`).test(before);
      })
      .map(([, number]) => number);
  }

  private forge(
    args: string[],
    timeout: number,
    env: Record<string, string> = {},
  ): { status: number | null; output: string } {
    const run = spawnSync(forgeBinary(), args, {
      cwd: this.directory,
      encoding: "utf8",
      timeout,
      killSignal: "SIGKILL",
      maxBuffer: 1 << 28,
      env: { ...process.env, FOUNDRY_PROFILE: "default", NO_COLOR: "1", ...env },
    });
    if (run.error && (run.error as NodeJS.ErrnoException).code !== "ETIMEDOUT") throw run.error;
    return { status: run.status, output: `${run.stdout}${run.stderr}` };
  }
}

/** The files of ours that a file imports. */
function importsOf(path: string, text: string): string[] {
  const named = [...text.matchAll(/\bimport\b[^;"]*"(\.[^"]+)";/g)].map((match) => match[1]!);
  return named.map((other) => posix.join(posix.dirname(path), other));
}

/** The text between the semicolons around a byte. */
function declarationAt(text: string, byte: number): string {
  const bytes = Buffer.from(text);
  const end = bytes.indexOf(";", byte);
  return bytes.subarray(bytes.lastIndexOf(";", byte) + 1, end < 0 ? undefined : end).toString("utf8");
}

function firstFailure(output: string): string {
  const line = output.split("\n").find((text) => text.startsWith("[FAIL"));
  const suites = output.slice(0, output.indexOf("[FAIL")).matchAll(/Ran \d+ tests? for \S+:(\w+)/g);
  const suite = [...suites].at(-1)?.[1] ?? "";
  return line ? `${suite} ${/\] (\w+)/.exec(line)?.[1] ?? line}`.trim() : output.trim().split("\n").at(-1)!;
}

function seconds(since: number): number {
  return Math.round((Date.now() - since) / 100) / 10;
}

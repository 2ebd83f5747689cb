// SPDX-License-Identifier: MIT
import { spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { type Source, root, typeErrors } from "../assurance/solc.js";
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

/**
 * Both together are all Solidity tests. The slow ones come second and with fewer runs: only what survives the first
 * meets them.
 */
const STAGES: { args: string[]; env: Record<string, string> }[] = [
  { args: ["--no-match-path", "test/{unit/periphery,invariants}/**"], env: { FOUNDRY_FUZZ_RUNS: "64" } },
  {
    args: ["--match-path", "test/{unit/periphery,invariants}/**"],
    env: { FOUNDRY_FUZZ_RUNS: "16", FOUNDRY_INVARIANT_RUNS: "4", FOUNDRY_INVARIANT_DEPTH: "64" },
  },
];
/** Of the tests that somebody names: all at once, with few plays. */
const FEW = { FOUNDRY_FUZZ_RUNS: "24", FOUNDRY_INVARIANT_RUNS: "2", FOUNDRY_INVARIANT_DEPTH: "48" };
const TIMEOUT = 240_000;
const UNASSIGNED = /can be returned without prior assignment/;

/** The contracts with all mutants in them, built once in a directory of their own, and run once a mutant. */
export class Campaign {
  private readonly directory = join(root, "cache/mutate");
  private readonly stages: typeof STAGES;
  private readonly buildArgs: string[];
  private readonly numbers: Map<Mutant, number>;
  readonly refused: Verdict[] = [];

  constructor(
    private readonly sources: Source[],
    mutants: Mutant[],
    private readonly say: (line: string) => void,
    /** Only the tests in these files, a pattern of forge; none: all. */
    tests?: string,
  ) {
    this.stages = tests === undefined ? STAGES : [{ args: ["--match-path", tests], env: FEW }];
    this.buildArgs = tests === undefined ? ["build", "--force"] : ["test", "--force", "--match-path", tests, "--list"];
    this.numbers = new Map(mutants.map((mutant, i) => [mutant, i + 1]));
  }

  /** Leaves out what does not compile, then builds and checks that the tests pass with no mutant on. */
  build(): void {
    this.leaveOutWhatDoesNotCompile();
    mkdirSync(this.directory, { recursive: true });
    for (const name of ["contracts", "test", "scripts"])
      rmSync(join(this.directory, name), { recursive: true, force: true });
    for (const name of ["contracts", "test"]) cpSync(join(root, name), join(this.directory, name), { recursive: true });
    mkdirSync(join(this.directory, "scripts"));
    for (const name of ["node_modules", "scripts/solc-wrapper"]) {
      if (!existsSync(join(this.directory, name))) symlinkSync(join(root, name), join(this.directory, name));
    }
    cpSync(join(root, "foundry.toml"), join(this.directory, "foundry.toml"));
    for (const [path, text] of this.texts()) {
      mkdirSync(dirname(join(this.directory, path)), { recursive: true });
      writeFileSync(join(this.directory, path), text);
    }

    const started = Date.now();
    const { status, output } = this.forge(this.buildArgs, 1_800_000);
    if (status !== 0) throw new Error(`the instrumented contracts do not build:\n${output}`);
    this.say(`built ${this.numbers.size} mutants into one set of contracts in ${seconds(started)} s`);
    for (const stage of this.stages) {
      const run = this.forge(["test", "--fail-fast", ...stage.args], 600_000, stage.env);
      if (run.status !== 0) throw new Error(`the tests fail with no mutant on:\n${run.output}`);
    }
    this.say(`no mutant on: all tests pass, ${seconds(started)} s`);
  }

  *run(): Generator<Verdict> {
    for (const [mutant, number] of this.numbers) {
      const started = Date.now();
      const verdict = (status: Verdict["status"], by?: string): Verdict => ({
        mutant,
        status,
        seconds: seconds(started),
        ...(by ? { by } : {}),
      });
      let result = verdict("survived");
      for (const stage of this.stages) {
        const coinbase = `0x${number.toString(16).padStart(40, "0")}`;
        const args = ["test", "--fail-fast", "--block-coinbase", coinbase, ...stage.args];
        const run = this.forge(args, TIMEOUT, stage.env);
        if (run.status === null) result = verdict("timed out");
        else if (run.status !== 0) result = verdict("killed", firstFailure(run.output));
        if (run.status !== 0) break;
      }
      yield { ...result, seconds: seconds(started) };
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

// SPDX-License-Identifier: MIT
import { join } from "node:path";
import { type Source, root, typeErrors } from "../assurance/solc.js";
import { instrument } from "./instrument.js";
import type { Mutant } from "./mutants.js";
import { SolidityStage } from "./solidity.js";
import type { Ending, Stage } from "./stage.js";
import { TypeScriptStage } from "./typescript.js";

export interface Verdict {
  mutant: Mutant;
  status: Ending["status"] | "not compiling";
  /** The first test that failed, or the compiler's message. */
  by?: string;
  seconds: number;
}

const UNASSIGNED = /can be returned without prior assignment/;

/** Which tests a mutant meets. */
export interface Chosen {
  /** Only the Solidity tests in these files, a stage a pattern. None: all. */
  solidity: string[];
  /** The TypeScript tests in these files, after them. None: none. */
  typescript: string[];
}

/** The contracts with all mutants in them, built once a stage in a directory of their own, and run once a mutant. */
export class Campaign {
  private readonly stages: Stage[];
  private readonly numbers: Map<Mutant, number>;
  readonly refused: Verdict[] = [];

  constructor(
    private readonly sources: Source[],
    mutants: Mutant[],
    private readonly say: (line: string) => void,
    { solidity, typescript }: Chosen,
  ) {
    const directory = join(root, "cache/mutate");
    const named = solidity.map((pattern) => SolidityStage.of(directory, pattern));
    this.stages = named.length === 0 ? SolidityStage.all(directory) : named;
    if (typescript.length > 0) this.stages.push(new TypeScriptStage(join(directory, "typescript"), typescript, say));
    this.numbers = new Map(mutants.map((mutant, i) => [mutant, i + 1]));
  }

  /**
   * Leaves out what does not compile. Then, stage by stage: builds, checks that the tests pass with no mutant on, and
   * runs them on each mutant that is left.
   */
  *run(): Generator<Verdict> {
    this.leaveOutWhatDoesNotCompile();
    yield* this.refused;
    const texts = this.texts();
    const left = new Map([...this.numbers].map(([mutant]) => [mutant, 0]));
    for (const stage of this.stages) {
      if (left.size === 0) break;
      this.prepare(stage, texts);
      for (const [mutant, before] of left) {
        const started = Date.now();
        const ending = stage.try(this.numbers.get(mutant)!);
        const spent = Math.round(10 * (before + seconds(started))) / 10;
        left.set(mutant, spent);
        if (ending.status === "survived") continue;
        left.delete(mutant);
        yield { mutant, ...ending, seconds: spent };
      }
    }
    for (const [mutant, seconds] of left) yield { mutant, status: "survived", seconds };
  }

  private prepare(stage: Stage, texts: Map<string, string>): void {
    const started = Date.now();
    stage.build(texts);
    this.say(`built ${this.numbers.size} mutants into one set of contracts in ${seconds(started)} s`);
    stage.check();
    this.say(`no mutant on: all tests pass, ${seconds(started)} s`);
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
}

/** The text between the semicolons around a byte. */
function declarationAt(text: string, byte: number): string {
  const bytes = Buffer.from(text);
  const end = bytes.indexOf(";", byte);
  return bytes.subarray(bytes.lastIndexOf(";", byte) + 1, end < 0 ? undefined : end).toString("utf8");
}

function seconds(since: number): number {
  return Math.round((Date.now() - since) / 100) / 10;
}

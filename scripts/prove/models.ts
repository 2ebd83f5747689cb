// SPDX-License-Identifier: MIT
import { execFile } from "node:child_process";
import { join } from "node:path";
import type { Model, Row } from "./claims.js";

/** One statement of a model, as scripts/prove/solve.ts prints it. */
interface Answer {
  statement: string;
  answer: string;
  seconds: number;
}

const STATEMENTS_A_FILE = 40;

/** Runs the statements of one model in z3, in a process of its own that can be ended. */
export async function runModel(root: string, model: Model): Promise<Row[]> {
  const file = join(root, "test/proofs/models", model.file);
  const args = [join(root, "scripts/prove/solve.ts"), file, String(model.seconds * 1000)];
  const answers = await new Promise<Answer[]>((resolve) => {
    const limit = model.seconds * STATEMENTS_A_FILE * 1000;
    execFile(join(root, "node_modules/.bin/tsx"), args, { timeout: limit }, (error, out, errors) => {
      const lines = out.split("\n").filter((line) => line.startsWith("{"));
      const read = lines.map((line) => JSON.parse(line) as Answer);
      if (error) read.push({ statement: "proves the model can be run", answer: errors.slice(-200), seconds: 0 });
      resolve(read);
    });
  });
  return answers.map(({ statement, answer, seconds }) => {
    const refutes = statement.startsWith("refutes ");
    const passed = answer === (refutes ? "sat" : "unsat");
    const verdict = passed ? (refutes ? "refuted" : "proved") : `FAILED (${answer})`;
    const title = `${model.file.replace(".smt2", "")}: ${statement.replace("proves ", "").replace("refutes ", "false: ")}`;
    return { claim: model.claim, statement: title, tool: "z3", bound: model.bound, result: verdict, passed, seconds };
  });
}

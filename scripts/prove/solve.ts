// SPDX-License-Identifier: MIT
// tsx scripts/prove/solve.ts FILE MILLISECONDS: runs one SMT-LIB file in z3 (WebAssembly, from npm) and prints one line of JSON an answer.
import { readFileSync } from "node:fs";
import { init } from "z3-solver";

const [file = "", milliseconds = ""] = process.argv.slice(2);
const { Z3 } = await init();
const context = Z3.mk_context(Z3.mk_config());
await Z3.eval_smtlib2_string(context, `(set-option :timeout ${milliseconds})`);

// Each statement begins with its (echo ...); what stands before the first one is common to all. The solver keeps its state between calls.
for (const part of readFileSync(file, "utf8").split(/^(?=\(echo )/m)) {
  const start = performance.now();
  const out = (await Z3.eval_smtlib2_string(context, part)).trim().split("\n");
  const seconds = (performance.now() - start) / 1000;
  const [statement] = out;
  if (!part.startsWith("(echo ")) {
    if (statement) throw new Error(`${file}: ${statement}`);
    continue;
  }
  // An error in the file is an answer that is neither sat nor unsat.
  const answer = out.length === 2 ? out[1] : out.slice(1).join(" ");
  console.log(JSON.stringify({ statement, answer, seconds }));
}
process.exit(0); // z3's threads would keep the process alive

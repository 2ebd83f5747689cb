// SPDX-License-Identifier: MIT
// tsx scripts/prove/solve.ts FILE MILLISECONDS: runs one SMT-LIB file in z3 (WebAssembly, from npm) and prints one line
// of JSON an answer.
import { readFileSync } from "node:fs";
import { init } from "z3-solver";

const [file = "", milliseconds = ""] = process.argv.slice(2);
const { Z3 } = await init();

// Each statement begins with its (echo ...); what stands before the first one, and between two (push) ... (pop), is
// common to all that follow.
let common = "";
for (const part of readFileSync(file, "utf8").split(/^(?=\(echo )/m)) {
  const [, statement, body = "", after = ""] =
    /^\(echo "(.*)"\)\n\(push\)\n(.*)\(check-sat\)\n\(pop\)\n(.*)$/s.exec(part) ?? [];
  if (statement === undefined) {
    if (part.startsWith("(echo "))
      throw new Error(`${file}: a statement is (echo), (push), ..., (check-sat), (pop): ${part}`);
    common += part;
    continue;
  }
  const start = performance.now();
  const answer = await check(common + body);
  console.log(JSON.stringify({ statement, answer, seconds: (performance.now() - start) / 1000 }));
  common += after;
}
process.exit(0); // z3's threads would keep the process alive

/**
 * The answer for a text of declarations and assertions, in a solver of its own. The text goes in by a synchronous call:
 * the asynchronous ones of the package hand strings to another thread on a stack that is reused before that thread has
 * read them.
 */
async function check(text: string): Promise<string> {
  const context = Z3.mk_context(Z3.mk_config());
  const solver = Z3.mk_solver(context);
  Z3.solver_inc_ref(context, solver);
  const params = Z3.mk_params(context);
  Z3.params_inc_ref(context, params);
  Z3.params_set_uint(context, params, Z3.mk_string_symbol(context, "timeout"), Number(milliseconds));
  Z3.solver_set_params(context, solver, params);
  Z3.solver_from_string(context, solver, text);
  const code = Z3.get_error_code(context);
  if (code !== 0) return Z3.get_error_msg(context, code);
  const wanted = text.match(/^\(assert /gm)?.length;
  const read = Z3.ast_vector_size(context, Z3.solver_get_assertions(context, solver));
  if (read !== wanted) return `${read} of ${wanted} assertions were read`;
  const answer: number = await Z3.solver_check(context, solver);
  return answer === 1 ? "sat" : answer === -1 ? "unsat" : "unknown";
}

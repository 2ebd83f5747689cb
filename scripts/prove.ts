// SPDX-License-Identifier: MIT
// npm run prove: symbolic and SMT proofs. See USAGE and docs/assurance.md.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { agreement } from "./prove/agreement.js";
import { CLAIMS, HARNESSES, MODELS, type Claim, type Harness, type Row } from "./prove/claims.js";
import { missing, runHarness } from "./prove/halmos.js";
import { runModel } from "./prove/models.js";
import { views } from "./prove/views.js";

const USAGE = `npm run prove -- [options]
  --claim NAME   one of ${Object.keys(CLAIMS).join(", ")}
  --models       only the models in z3, and that the code agrees with them: needs no Python, about a minute
  --json         one JSON object a line instead of the table
  --help
Models run in z3, which npm installs. Harnesses run in Halmos, which needs Python: without it they are counted as not run and the command ends
with 2, or 0 with --models, which does not ask for them. It ends with 1 when a statement fails, or when a false one is not refuted.`;

const root = join(import.meta.dirname, "..");
const options = {
  claim: { type: "string" },
  models: { type: "boolean" },
  json: { type: "boolean" },
  help: { type: "boolean" },
} as const;

let values: ReturnType<typeof parseArgs<{ options: typeof options }>>["values"];
try {
  values = parseArgs({ options, strict: true, allowPositionals: false }).values;
  if (values.claim !== undefined && !(values.claim in CLAIMS)) throw new Error(`there is no claim "${values.claim}"`);
} catch (error) {
  console.error(`${(error as Error).message}\n\n${USAGE}`);
  process.exit(2);
}
if (values.help) {
  console.log(USAGE);
  process.exit(0);
}

const { claim, models = false, json = false } = values;
const wanted = <T extends { claim: Claim }>(list: T[]) => list.filter((each) => !claim || each.claim === claim);
const harnesses = (models ? [] : wanted(HARNESSES)).map((harness) => ({ harness, names: functionsOf(harness) }));
const reason = harnesses.length > 0 ? missing() : undefined;
const rows: Row[] = [];

if (!json) print(["claim", "statement", "tool", "bound", "result", "seconds"]);
for (const model of wanted(MODELS)) report(await runModel(root, model)); // one solver at a time
if (wanted(MODELS).length > 0) report(wanted(agreement(root)));
if (!models && (!claim || claim === "reads")) report(views(root));
for (const { harness, names } of harnesses) if (!reason) report(await runHarness(root, harness, names));

const passed = rows.filter((row) => row.passed).length;
const failed = rows.length - passed;
const notRun = reason ? harnesses.flatMap(({ names }) => names).length : 0;
if (json) console.log(JSON.stringify({ passed, failed, notRun, reason }));
else {
  console.log("");
  if (reason) console.log(`${notRun} not run: ${reason}`);
  console.log(`${passed} passed, ${failed} failed`);
}
if (failed > 0 || rows.length === 0) process.exitCode = 1;
if (reason) process.exitCode = 2;

function report(more: Row[]): void {
  rows.push(...more);
  for (const row of more) {
    if (json) console.log(JSON.stringify(row));
    else print([row.claim, row.statement, row.tool, row.bound, row.result, row.seconds.toFixed(1)]);
  }
}

function print([claim = "", statement = "", ...rest]: string[]): void {
  const [tool = "", bound = "", result = "", seconds = ""] = rest;
  const left = [claim.padEnd(13), tool.padEnd(9), result.padEnd(9), seconds.padStart(7)].join(" ");
  console.log(`${left}  ${statement} [${bound}]`);
}

function functionsOf({ contract }: Harness): string[] {
  const source = readFileSync(join(root, `test/proofs/${contract}.sol`), "utf8");
  return [...source.matchAll(/function ((?:check|sanity)_\w+)\(/g)].map(([, name]) => name ?? "");
}

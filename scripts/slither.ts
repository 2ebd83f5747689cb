// SPDX-License-Identifier: MIT
// npm run assure -- slither: Slither's findings in contracts/ (mocks left out), each of which docs/assurance.md has to
// answer.
//
// Slither is a Python tool and optional: `pip install slither-analyzer`, or SLITHER=path/to/slither. It reads what
// forge has built, so it needs no compiler. Exit code 0: every finding has an answer and every answer a finding; 1: not
// so; 3: Slither is not installed.
import { spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { root } from "./assurance/solc.js";
import { forgeBinary } from "../tools/binary.mjs";

const DOCUMENT = "docs/assurance.md";
const CHAPTER = "## Findings of Slither\n";
const WORK = "cache/slither";

interface Element {
  type: string;
  name: string;
  source_mapping: { filename_relative: string };
  type_specific_fields?: { parent?: Element };
}
interface Finding {
  check: string;
  impact: string;
  description: string;
  elements: Element[];
}

const slither = process.env["SLITHER"] ?? "slither";
const version = spawnSync(slither, ["--version"], { encoding: "utf8" });
if (version.error || version.status !== 0) {
  console.error("Slither is not installed: pip install slither-analyzer, or name it in SLITHER");
  process.exit(3);
}

const build = [
  "build",
  "--force",
  "--build-info",
  "--skip",
  "test",
  "--out",
  `${WORK}/out`,
  "--cache-path",
  `${WORK}/cache`,
];
rmSync(join(root, WORK), { recursive: true, force: true });
mkdirSync(join(root, WORK), { recursive: true });
const built = spawnSync(forgeBinary(), build, { cwd: root, encoding: "utf8" });
if (built.status !== 0) throw new Error(`forge does not build:\n${built.stdout}${built.stderr}`);

const report = `${WORK}/report.json`;
const args = [
  ".",
  "--compile-force-framework",
  "foundry",
  "--foundry-out-directory",
  `${WORK}/out`,
  "--ignore-compile",
  "--filter-paths",
  "node_modules|contracts/mocks|test/",
  "--json",
  report,
];
// It finds its own exit code by counting findings, so what counts here is the report.
const path = `${join(root, "node_modules/.bin")}:${process.env["PATH"] ?? ""}`;
const run = spawnSync(slither, args, { cwd: root, encoding: "utf8", env: { ...process.env, PATH: path } });
let results: { success: boolean; results: { detectors?: Finding[] } };
try {
  results = JSON.parse(readFileSync(join(root, report), "utf8")) as typeof results;
} catch {
  throw new Error(`Slither left no report:\n${run.stdout}${run.stderr}`);
}
if (!results.success) throw new Error(`Slither failed:\n${run.stderr}`);

const findings = (results.results.detectors ?? []).map((finding) => ({
  ...finding,
  place: placeOf(finding.elements[0]!),
}));
const rows = readFileSync(join(root, DOCUMENT), "utf8")
  .split(CHAPTER)[1]!
  .split("\n## ")[0]!
  .split("\n")
  .map((line) => /^\| `([^`]+)` \| (any|`[^`]+`) \| (.+) \|$/.exec(line))
  .filter((match) => match !== null)
  .map(([, check, place, answer]) => ({ check: check!, place: place!.replaceAll("`", ""), answer: answer!.trim() }));

const problems: string[] = [];
const answers = (row: (typeof rows)[number], { check, place }: (typeof findings)[number]) =>
  row.check === check && (row.place === "any" || row.place === place);
for (const finding of findings) {
  if (!rows.some((row) => answers(row, finding))) {
    problems.push(`no answer: ${finding.impact} ${finding.check}, ${finding.place}\n  ${finding.description.trim()}`);
  }
}
for (const row of rows) {
  if (!findings.some((finding) => answers(row, finding))) problems.push(`answers nothing: ${row.check}, ${row.place}`);
}
for (const problem of problems) console.error(problem);
const high = findings.filter(({ impact }) => impact === "High" || impact === "Medium").length;
console.log(
  `Slither ${version.stdout.trim()}: ${findings.length} findings (${high} of high or medium impact) answered by ${rows.length} rows, ${problems.length} problems`,
);
process.exit(problems.length === 0 ? 0 : 1);

/** "Contract.function", or the name of what stands outside of contracts. */
function placeOf(element: Element): string {
  let at = element;
  while (!["function", "contract", "event", "struct"].includes(at.type) && at.type_specific_fields?.parent) {
    at = at.type_specific_fields.parent;
  }
  const parent = at.type_specific_fields?.parent;
  return parent?.type === "contract" ? `${parent.name}.${at.name}` : at.name;
}

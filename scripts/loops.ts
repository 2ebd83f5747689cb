// SPDX-License-Identifier: MIT
// npm run assure -- loops [--check]: every loop of contracts/ (mocks left out) and how often it can run.
//
// The bounds stand in docs/assurance.md, where people argue them. This compares that table with the syntax tree: a loop
// that it does not name, a row without a loop, a row without a bound, and functions that call themselves are failures.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { type Node, analyse, functionOf, isNode, lineOf, range, root, walk } from "./assurance/solc.js";

const DOCUMENT = "docs/assurance.md";
const CHAPTER = "## Loops\n";

interface Loop {
  where: string;
  loop: string;
  places: string[];
}

const found = new Map<string, Loop>();
const calls = new Map<number, Set<number>>();
const names = new Map<number, string>();

for (const { path, bytes, tree } of analyse(["ast"]).sources) {
  if (path.startsWith("contracts/mocks/")) continue;
  const text = (node: Node) =>
    bytes
      .subarray(...range(node))
      .toString("utf8")
      .replace(/\s+/g, " ");
  walk(tree, (node, parents) => {
    const where = functionOf(parents);
    const inside = parents.findLast(({ nodeType }) => nodeType === "FunctionDefinition");
    if (node.nodeType === "FunctionDefinition") names.set(node.id, functionOf([...parents, node]) ?? "");
    if (node.nodeType === "FunctionCall" && inside) {
      const callee = node["expression"] as Node;
      const called = callee["referencedDeclaration"];
      if (typeof called === "number" && isInternal(callee)) {
        calls.set(inside.id, (calls.get(inside.id) ?? new Set()).add(called));
      }
    }
    const kind = { ForStatement: "for", WhileStatement: "while", DoWhileStatement: "do", YulForLoop: "assembly for" }[
      node.nodeType
    ];
    if (!kind || where === undefined) return;
    const condition = isNode(node["condition"]) ? text(node["condition"]) : "";
    const loop = `${kind} (${condition})`;
    const key = `${where} ${loop}`;
    const entry = found.get(key) ?? { where, loop, places: [] };
    entry.places.push(`${path}:${lineOf(bytes, range(node)[0])}`);
    found.set(key, entry);
  });
}

const problems: string[] = [];
const rows = readFileSync(join(root, DOCUMENT), "utf8")
  .split(CHAPTER)[1]!
  .split("\n## ")[0]!
  .split("\n")
  .map((line) => /^\| `([^`]+)` \| `([^`]+)` \| (\d+) \| (.*) \|$/.exec(line))
  .filter((match) => match !== null)
  .map(([, where, loop, count, bound]) => ({ where: where!, loop: loop!, count: Number(count), bound: bound!.trim() }));

for (const { where, loop, places } of found.values()) {
  const row = rows.find((one) => one.where === where && one.loop === loop);
  if (!row) problems.push(`${places.join(", ")}: ${where} ${loop} is not in ${DOCUMENT}`);
  else if (row.count !== places.length) {
    problems.push(`${where} ${loop}: ${places.length} in the code, ${row.count} in ${DOCUMENT}`);
  }
}
for (const { where, loop, bound } of rows) {
  if (!found.has(`${where} ${loop}`)) problems.push(`${DOCUMENT} names ${where} ${loop}, which does not exist`);
  if (bound === "") problems.push(`${DOCUMENT} gives no bound for ${where} ${loop}`);
}
for (const id of calls.keys()) {
  if (reaches(id, id)) problems.push(`${names.get(id) ?? id} calls itself`);
}

const count = [...found.values()].reduce((sum, { places }) => sum + places.length, 0);
if (!process.argv.includes("--check")) {
  for (const { where, loop, places } of found.values()) {
    const bound = rows.find((row) => row.where === where && row.loop === loop)?.bound ?? "";
    console.log(`| \`${where}\` | \`${loop}\` | ${places.length} | ${bound} |`);
  }
}
for (const problem of problems) console.error(problem);
console.log(
  `${count} loops in ${found.size} kinds, ${calls.size} functions looked at for recursion, ${problems.length} problems`,
);
process.exit(problems.length === 0 && count > 0 ? 0 : 1);

/** A call that stays inside the contract: only those can recurse without another contract's help. */
function isInternal(callee: Node): boolean {
  const type = (callee["typeDescriptions"] as { typeString?: string } | undefined)?.typeString ?? "";
  return type.startsWith("function") && !/\bexternal\b/.test(type);
}

function reaches(from: number, to: number, seen = new Set<number>()): boolean {
  for (const next of calls.get(from) ?? []) {
    if (next === to) return true;
    if (seen.has(next)) continue;
    seen.add(next);
    if (reaches(next, to, seen)) return true;
  }
  return false;
}

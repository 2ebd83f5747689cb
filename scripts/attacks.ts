// SPDX-License-Identifier: MIT
// npm run attacks: every attack of test/attacks/, what it brings the attacker and what it costs the honest. See USAGE
// and docs/attacks.md.
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { rewrite } from "../tools/document.js";
import { main } from "../tools/options.js";
import { markdownTable, textTable } from "../tools/table.js";

const USAGE = `npm run attacks -- [options]
  --json    one JSON object a line instead of the table
  --heavy   loops run 100,000 times instead of 200; takes several minutes
  --write   writes the table into docs/attacks.md
  --help`;

const ROOT = join(import.meta.dirname, "..");
const HEAVY = "100000";
/** More gas than a hundred thousand trades need. */
const GAS = "9223372036854775807";

const amounts = new Intl.NumberFormat("en-US", { minimumFractionDigits: 2, maximumFractionDigits: 2 });

/** Amounts in quote. */
interface Row {
  attack: string;
  source: string;
  gain: number;
  loss: number;
  file: string;
}

await main(
  USAGE,
  { json: { type: "boolean" }, heavy: { type: "boolean" }, write: { type: "boolean" }, help: { type: "boolean" } },
  async ({ json, heavy, write }) => {
    const { rows, failures } = parse(run(heavy ?? false));
    if (json) for (const row of rows) console.log(JSON.stringify(row));
    else console.log(textTable(cells(rows)));
    for (const failure of failures) console.error(failure);
    console.error(`${rows.length} attacks, ${failures.length} failed`);
    if (failures.length > 0) process.exitCode = 1;
    else if (write) rewrite("attacks", markdownTable(cells(rows)), "attacks.md");
  },
);

/** Runs the suites in forge; what it prints. Its JSON would hold every event of a hundred thousand trades. */
function run(heavy: boolean): string {
  const args = ["scripts/forge.mjs", "default", "test", "--match-path", "test/attacks/*", "-vv", "--color", "never"];
  const env = { ...process.env, ...(heavy ? { ATTACK_REPETITIONS: HEAVY } : {}) };
  const options = { cwd: ROOT, encoding: "utf8", env, maxBuffer: 1 << 28 } as const;
  const { stdout, stderr } = spawnSync(process.execPath, heavy ? [...args, "--gas-limit", GAS] : args, options);
  if (!/^\[(PASS|FAIL)/m.test(stdout)) throw new Error(`forge ran no test\n${stdout}\n${stderr}`);
  return stdout;
}

function parse(output: string): { rows: Row[]; failures: string[] } {
  const rows: Row[] = [];
  const failures: string[] = [];
  let file = "";
  for (const line of output.split("\nFailing tests:")[0]!.split("\n")) {
    file = /^Ran \d+ tests? for ([^:]+):/.exec(line)?.[1] ?? file;
    if (line.startsWith("[FAIL")) failures.push(`failed: ${file} ${line}`);
    const [, attack, gain, loss] = /^\s+ATTACK\|([^|]+)\|(-?\d+)\|(-?\d+)$/.exec(line) ?? [];
    if (attack && gain && loss)
      rows.push({ attack, source: sourceOf(file), gain: quote(gain), loss: quote(loss), file });
  }
  rows.sort((a, b) => a.file.localeCompare(b.file) || a.attack.localeCompare(b.attack, "en", { numeric: true }));
  return { rows, failures };
}

/** What the suite's contract says after `@custom:source`, up to the next tag. */
function sourceOf(file: string): string {
  const [, source] = /@custom:source (.+(?:\n\/\/\/ (?!@).+)*)/.exec(readFileSync(join(ROOT, file), "utf8")) ?? [];
  if (!source) throw new Error(`${file} names no source: /// @custom:source ...`);
  return source.replaceAll("\n/// ", " ");
}

/** 1e-9 quote as quote. */
function quote(nano: string): number {
  return Number(BigInt(nano)) / 1e9;
}

function cells(rows: Row[]): string[][] {
  const text = (amount: number) => amounts.format(Math.round(amount * 100) / 100 + 0);
  return [
    ["attack", "source", "gain of the attacker", "loss of the honest"],
    ...rows.map(({ attack, source, gain, loss }) => [attack, source, text(gain), text(loss)]),
  ];
}

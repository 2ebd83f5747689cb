// SPDX-License-Identifier: MIT
// npm run attacks: every attack of test/attacks/, what it brings the attacker and what it costs the honest. See USAGE and docs/attacks.md.
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { rewrite } from "../bench/document.js";
import { main } from "../bench/options.js";
import { markdownTable, textTable } from "../bench/table.js";

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

/** What forge says of a suite, as far as it is read here. */
interface Suite {
  test_results: Record<string, { status: string; reason: string | null; decoded_logs: string[] }>;
}

await main(
  USAGE,
  { json: { type: "boolean" }, heavy: { type: "boolean" }, write: { type: "boolean" }, help: { type: "boolean" } },
  async ({ json, heavy, write }) => {
    const suites = run(heavy ?? false);
    const rows = suites.flatMap(([name, suite]) => rowsOf(name, suite)).sort((a, b) => a.file.localeCompare(b.file));
    if (json) for (const row of rows) console.log(JSON.stringify(row));
    else console.log(textTable(cells(rows)));
    const failures = suites.flatMap(([name, suite]) => failuresOf(name, suite));
    for (const failure of failures) console.error(failure);
    if (failures.length > 0) process.exitCode = 1;
    else if (write) rewrite("attacks", markdownTable(cells(rows)), "attacks.md");
  },
);

/** Runs the suites in forge. */
function run(heavy: boolean): [string, Suite][] {
  const args = ["scripts/forge.mjs", "default", "test", "--match-path", "test/attacks/*", "--json", "-vv"];
  const env = { ...process.env, ...(heavy ? { ATTACK_REPETITIONS: HEAVY } : {}) };
  const options = { cwd: ROOT, encoding: "utf8", env, maxBuffer: 1 << 28 } as const;
  const { stdout, stderr } = spawnSync(process.execPath, heavy ? [...args, "--gas-limit", GAS] : args, options);
  const line = stdout.split("\n").find((text) => text.startsWith("{"));
  if (!line) throw new Error(`forge ran no test\n${stdout}\n${stderr}`);
  return Object.entries(JSON.parse(line) as Record<string, Suite>);
}

function rowsOf(name: string, suite: Suite): Row[] {
  const file = name.split(":")[0]!;
  const source = sourceOf(file);
  return Object.values(suite.test_results)
    .flatMap(({ decoded_logs: lines }) => lines)
    .map((line) => line.trim().split("|"))
    .filter(([kind]) => kind === "ATTACK")
    .map(([, attack, gain, loss]) => ({ attack: attack!, source, gain: quote(gain!), loss: quote(loss!), file }));
}

function failuresOf(name: string, suite: Suite): string[] {
  return Object.entries(suite.test_results)
    .filter(([, { status }]) => status !== "Success")
    .map(([test, { reason }]) => `failed: ${name} ${test}: ${reason ?? "no reason"}`);
}

/** What the suite's contract says after `@custom:source`, to the end of the line. */
function sourceOf(file: string): string {
  const source = /@custom:source (.+)/.exec(readFileSync(join(ROOT, file), "utf8"))?.[1];
  if (!source) throw new Error(`${file} names no source: /// @custom:source ...`);
  return source;
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

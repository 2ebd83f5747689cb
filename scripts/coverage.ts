// SPDX-License-Identifier: MIT
// npm run assure -- coverage [--check] [--uncovered]: which lines and branches of the core the Solidity tests run.
//
// The core: contracts/*.sol and the chapters. forge counts no free functions, so of types only the libraries appear.
// --check fails below LEAST percent of lines or of branches in all; --uncovered lists what is missing.
import { spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { root } from "./assurance/solc.js";
import { CHAPTERS } from "./chapters.js";
import { forgeBinary } from "../tools/binary.mjs";

const MIN = 95;
const REPORT = "cache/coverage/lcov.info";
const CORE = new RegExp(`^contracts/(?:[^/]+\\.sol|(?:${CHAPTERS.join("|")})/.*)$`);

interface File {
  path: string;
  lines: Map<number, number>;
  /** Line and the branch's place in it, to how often it was taken. */
  branches: Map<string, number>;
}

mkdirSync(join(root, "cache/coverage"), { recursive: true });
rmSync(join(root, REPORT), { force: true });
// Every test, with fewer random runs: coverage asks what is reached, not how often.
const env = { FOUNDRY_FUZZ_RUNS: "32", FOUNDRY_INVARIANT_RUNS: "4", FOUNDRY_INVARIANT_DEPTH: "64", NO_COLOR: "1" };
// Coverage is measured without the optimiser; what measures gas says nothing then.
const args = ["coverage", "--report", "lcov", "--report-file", REPORT, "--no-match-path", "**/WalletGas.t.sol"];
const run = spawnSync(forgeBinary(), args, {
  cwd: root,
  encoding: "utf8",
  maxBuffer: 1 << 28,
  env: { ...process.env, FOUNDRY_PROFILE: "default", ...env },
});
if (run.status !== 0) {
  console.error(`forge coverage failed:\n${run.stdout}${run.stderr}`);
  process.exit(1);
}

const files = parse(readFileSync(join(root, REPORT), "utf8")).filter(({ path }) => CORE.test(path));
const row = (name: string, lines: string, branches: string) =>
  `${name.padEnd(46)} ${lines.padStart(18)} ${branches.padStart(18)}`;
console.log(row("", "lines", "branches"));
for (const { path, lines, branches } of files) console.log(row(path, share([lines]), share([branches])));
const total = { lines: files.map(({ lines }) => lines), branches: files.map(({ branches }) => branches) };
console.log(row("the core", share(total.lines), share(total.branches)));

if (process.argv.includes("--uncovered")) {
  for (const { path, lines, branches } of files) {
    for (const [line, hits] of lines) if (hits === 0) console.log(`${path}:${line} line`);
    for (const [place, hits] of branches) if (hits === 0) console.log(`${path}:${place} branch`);
  }
}
if (process.argv.includes("--check")) {
  const low = [percent(total.lines), percent(total.branches)].filter((value) => !(value >= MIN));
  console.log(low.length === 0 ? `both at least ${MIN}%` : `below ${MIN}%`);
  process.exit(low.length === 0 ? 0 : 1);
}

function parse(report: string): File[] {
  const found: File[] = [];
  for (const record of report.split("end_of_record")) {
    const path = /^SF:(.+)$/m.exec(record)?.[1];
    if (path === undefined) continue;
    const file: File = { path: path.replaceAll("\\", "/"), lines: new Map(), branches: new Map() };
    for (const [, line, hits] of record.matchAll(/^DA:(\d+),(\d+)/gm)) file.lines.set(Number(line), Number(hits));
    for (const [, line, block, branch, hits] of record.matchAll(/^BRDA:(\d+),(\d+),(\d+),(\d+|-)/gm)) {
      file.branches.set(`${line!} ${block!}.${branch!}`, hits === "-" ? 0 : Number(hits));
    }
    found.push(file);
  }
  return found.sort((a, b) => (a.path < b.path ? -1 : 1));
}

function percent(maps: Map<unknown, number>[]): number {
  const hits = maps.flatMap((map) => [...map.values()]);
  return hits.length === 0 ? NaN : (100 * hits.filter((count) => count > 0).length) / hits.length;
}

function share(maps: Map<unknown, number>[]): string {
  const hits = maps.flatMap((map) => [...map.values()]);
  if (hits.length === 0) return "-";
  return `${hits.filter((count) => count > 0).length}/${hits.length} ${percent(maps).toFixed(1)}%`;
}

// SPDX-License-Identifier: MIT
// npm run gas: gas of the main operations against their floors, the peers and our limits. See USAGE and docs/gas.md.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { breakdown, summary } from "./breakdown.js";
import { calldataTable } from "./calldata.js";
import { rewrite } from "../tools/document.js";
import { needsTable } from "./needs.js";
import { operations, type Operation } from "./operations.js";
import { OptionError, main } from "../tools/options.js";
import { TARGETS, bestPeer, type Target } from "./peers.js";
import { SPECIFICATIONS, type Specification } from "./specification.js";
import { count, markdownTable, ratio, textTable } from "../tools/table.js";

const USAGE = `npm run gas -- [options]
  --op NAME   only this operation of the table; may be repeated
  --json      one JSON object a line instead of the table
  --trace     also where the gas of each transaction goes, slot by slot
  --check     compares with the committed figures and fails when one grew by more than 1%
  --write     writes the figures to bench/results/gas.json and into docs/gas.md
  --help`;

const COMMITTED = new URL("./results/gas.json", import.meta.url);
const TOLERANCE = 0.01;

interface Row {
  op: string;
  gas: number;
  floor: number;
  peer: string | null;
  peerGas: number | null;
  limit: number;
}

await main(
  USAGE,
  {
    op: { type: "string", multiple: true },
    json: { type: "boolean" },
    trace: { type: "boolean" },
    check: { type: "boolean" },
    write: { type: "boolean" },
    help: { type: "boolean" },
  },
  async ({ op: wanted, json, trace, check, write }) => {
    const unknown = wanted?.find((name) => !TARGETS.some(({ op }) => op === name));
    if (unknown) throw new OptionError(`--op: there is no operation "${unknown}", only ${names().join(", ")}`);
    if (write && (wanted || check)) throw new OptionError("--write goes with neither --op nor --check");
    const committed = check ? readCommitted() : [];

    const measured = await operations(wanted);
    const rows = measured.map(rowOf);
    for (const each of measured) warn(each);
    if (json) for (const row of rows) console.log(JSON.stringify(row));
    else console.log(textTable(cells(rows)));
    const data = calldataTable(measured);
    if (!json && data.length > 1) console.log(`\n${textTable(data)}`);
    if (trace) for (const each of measured) printTrace(each);
    const needs = needsTable(measured, (op) => targetOf(op).limit);
    if (trace && needs.length > 1) console.log(`\n=== what the limits would need\n\n${textTable(needs)}`);
    if (write) writeAll(rows, measured);
    if (check) compare(rows, committed);
  },
);

function names(): string[] {
  return TARGETS.map(({ op }) => op);
}

function targetOf(op: string): Target {
  const target = TARGETS.find((each) => each.op === op);
  if (!target) throw new Error(`${op} has no limit in bench/peers.ts`);
  return target;
}

function rowOf({ op, gas, floor }: Operation): Row {
  const target = targetOf(op);
  return { op, gas, floor, ...bestPeer(target), limit: target.limit };
}

function cells(rows: Row[]): string[][] {
  const head = ["op", "gas", "floor", "/ floor", "best peer", "its gas", "/ peer", "limit", "holds"];
  return [
    head,
    ...rows.map(({ op, gas, floor, peer, peerGas, limit }) => [
      op,
      count(gas),
      count(floor),
      ratio(gas, floor),
      peer ?? "-",
      count(peerGas),
      ratio(gas, peerGas),
      count(limit),
      gas <= limit ? "yes" : `no, ${count(gas - limit)} over`,
    ]),
  ];
}

/** A list in bench/specification.ts that no longer fits the storage makes the floor too low. */
function warn({ op, parts }: Operation): void {
  for (const { specification, floor } of parts) {
    const { untouched, slots } = floor;
    if (untouched.length > 0)
      console.error(`${op}: "${specification}" needs what is not touched: ${untouched.join(", ")}`);
    const unknown = slots.filter(({ members }) => members.length === 0).length;
    if (unknown > 0) console.error(`${op}: ${unknown} slots have no name, so they count against us (--trace)`);
  }
}

function printTrace({ op, parts }: Operation): void {
  for (const part of parts) {
    console.log(
      `\n=== ${op}${parts.length > 1 ? `, ${part.specification}` : ""}: ${count(part.gas)} gas, whole transaction`,
    );
    console.log(`\n${breakdown(part)}`);
  }
}

function readCommitted(): Row[] {
  if (!existsSync(COMMITTED)) throw new Error("there are no committed figures: npm run gas -- --write");
  return JSON.parse(readFileSync(COMMITTED, "utf8")) as Row[];
}

function compare(rows: Row[], committed: Row[]): void {
  const failures: string[] = [];
  for (const { op, gas } of rows) {
    const before = committed.find((row) => row.op === op)?.gas;
    if (before === undefined) failures.push(`${op} is not in the committed figures`);
    else if (gas > before * (1 + TOLERANCE)) failures.push(`${op} grew from ${count(before)} to ${count(gas)} gas`);
    else if (gas < before * (1 - TOLERANCE)) console.error(`${op} fell from ${count(before)} to ${count(gas)} gas`);
  }
  for (const failure of failures) console.error(`check failed: ${failure}`);
  if (failures.length > 0) process.exitCode = 1;
  else console.error(`check: none of ${rows.length} operations grew by more than ${TOLERANCE * 100}%`);
}

function writeAll(rows: Row[], measured: Operation[]): void {
  mkdirSync(new URL(".", COMMITTED), { recursive: true });
  writeFileSync(COMMITTED, `${JSON.stringify(rows, null, 2)}\n`);
  rewrite("gas", markdownTable(cells(rows)));
  rewrite("peers", peersTable());
  rewrite("slots", slotLists());
  rewrite("spending", spendingTable(measured));
  rewrite("calldata", markdownTable(calldataTable(measured)));
  rewrite("needs", markdownTable(needsTable(measured, (op) => targetOf(op).limit)));
}

/** Where the gas of the clearinghouse's operations goes, an operation a column. */
function spendingTable(measured: Operation[]): string {
  const columns = measured
    .filter(({ op, parts }) => parts.length > 0 && !op.startsWith("list-"))
    .map(({ op, gas, floor, parts }) => ({ op, gas, floor, spent: summary(parts), share: sumOf(parts) / gas }));
  const names = [...new Set(columns.flatMap(({ spent }) => [...spent.keys()]))];
  const last = "computing";
  return markdownTable([
    ["gas", ...columns.map(({ op }) => op)],
    ...[...names.filter((name) => name !== last), last].map((name) => [
      name,
      ...columns.map(({ spent, share }) => count(Math.round((spent.get(name) ?? 0) / share))),
    ]),
    ["in all", ...columns.map(({ gas }) => count(gas))],
    ["above the floor", ...columns.map(({ gas, floor }) => count(gas - floor))],
  ]);
}

function sumOf(parts: Operation["parts"]): number {
  return parts.reduce((total, { gas }) => total + gas, 0);
}

function peersTable(): string {
  const big = ["dYdX perpetual v1", "Perp v2 (Curie)", "Derive v2", "GMX synthetics"];
  return markdownTable([
    ["operation", "op", ...big, "ours: at most"],
    ...TARGETS.filter(({ op }) => !op.startsWith("list-")).map(({ op, title, peers, limit }) => [
      title,
      `\`${op}\``,
      ...big.map((peer) => count(peers[peer])),
      count(limit),
    ]),
  ]);
}

/** The lists of bench/specification.ts; operations with the same list share it. */
function slotLists(): string {
  const sections = new Map<string, string[]>();
  for (const [name, specification] of Object.entries<Specification>(SPECIFICATIONS)) {
    const list = slotList(specification);
    sections.set(list, [...(sections.get(list) ?? []), name]);
  }
  return [...sections].map(([list, ops]) => `**${ops.join(", ")}**${list}`).join("\n\n");
}

function slotList({ slots, recoveries, token, feeds }: Specification): string {
  const other = [
    recoveries && `${recoveries} signature ${recoveries > 1 ? "recoveries" : "recovery"}`,
    token && `the token's \`${token}\``,
    feeds && `${feeds} ${feeds > 1 ? "feeds" : "feed"}`,
  ].filter(Boolean);
  const lines = slots.map(({ slot, why, max = 1, only }) => {
    const bounds = [max > 1 ? `at most ${max}` : "", only ? "only read" : ""].filter(Boolean).join(", ");
    return `- \`${slot}\`${bounds && ` (${bounds})`}: ${why}`;
  });
  return [other.length > 0 ? ` (and ${other.join(", ")})` : "", "", ...lines].join("\n");
}

// SPDX-License-Identifier: MIT
// npm run bench: how gas grows with markets, nodes, positions, defaulters and batches. See USAGE and docs/gas.md.
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import type { ModeName } from "../deploy/deploy-novation.js";
import { TRANSACTION_GAS } from "./Bench.js";
import { rewrite } from "../tools/document.js";
import { fit, largest } from "./fit.js";
import {
  absorbByBatch,
  deleverageByAbsorbed,
  deleverageByNodes,
  deleverageByPositions,
  insertByNodes,
  liquidateByBatch,
  settleByFills,
  tradeByMarkets,
  type Point,
} from "./measurements.js";
import { OptionError, main } from "../tools/options.js";
import { svg } from "./plot.js";
import { count, markdownTable, textTable } from "../tools/table.js";

const USAGE = `npm run bench -- [options]
  --only NAME  only this series; may be repeated. Then the summary in docs/gas.md stays as it is
  --json       one JSON object a line instead of the tables
  --help
Writes the figures and plots to bench/results/ and the summary into docs/gas.md.`;

const RESULTS = new URL("./results/", import.meta.url);
const BLOCK_GAS = 30_000_000;

interface Plan {
  name: string;
  title: string;
  xLabel: string;
  measure: () => Promise<Record<string, Point[]>>;
  /** Must not grow. */
  flat?: boolean;
  logX?: boolean;
}

interface Series extends Plan {
  lines: Record<string, Point[]>;
}

interface Row {
  series: string;
  line: string;
  x: number;
  gas: number;
}

const BATCHES = [1, 2, 4, 8, 16, 32, 64];

const PLANS: readonly Plan[] = [
  {
    name: "trade-by-markets",
    title: "A trade against the markets in which the taker has positions",
    xLabel: "open markets of a group of four",
    measure: async () => ({ trade: await tradeByMarkets() }),
  },
  {
    name: "insert-by-nodes",
    title: "An insert against the nodes of the list, behind the last but one",
    xLabel: "nodes",
    measure: () => insertByNodes([10, 20, 50, 100, 200, 500]),
  },
  {
    name: "deleverage-by-nodes",
    title: "A deleverage against the nodes it closes",
    xLabel: "nodes",
    measure: async () => ({ QUEUE: await byNodes("QUEUE"), PRORATA: await byNodes("PRORATA") }),
  },
  {
    name: "deleverage-by-positions",
    title: "A deleverage against the positions in its node",
    xLabel: "positions",
    measure: async () => ({ deleverage: await each([1, 10, 100, 1_000, 10_000], deleverageByPositions) }),
    flat: true,
    logX: true,
  },
  {
    name: "deleverage-by-absorbed",
    title: "A deleverage against the absorbed accounts",
    xLabel: "absorbed accounts",
    measure: async () => ({ deleverage: await each([1, 10, 100, 1_000], deleverageByAbsorbed) }),
    flat: true,
    logX: true,
  },
  {
    name: "settle-by-fills",
    title: "A settle against its fills",
    xLabel: "fills",
    measure: async () => ({
      "one taker": await settleByFills(BATCHES, false),
      "a match each": await settleByFills(BATCHES, true),
    }),
  },
  {
    name: "absorb-by-accounts",
    title: "An absorb against its accounts",
    xLabel: "accounts",
    measure: async () => ({ absorb: await absorbByBatch([1, 10, 20, 40]) }),
  },
  {
    name: "liquidate-by-accounts",
    title: "A liquidateMany against its accounts",
    xLabel: "accounts",
    measure: async () => ({ liquidateMany: await liquidateByBatch([2, 10, 40, 100]) }),
  },
];

const OPTIONS = {
  only: { type: "string", multiple: true },
  json: { type: "boolean" },
  help: { type: "boolean" },
} as const;

await main(USAGE, OPTIONS, async ({ only, json = false }) => {
  const unknown = only?.find((name) => !PLANS.some((plan) => plan.name === name));
  if (unknown) throw new OptionError(`--only: there is no series "${unknown}", only ${names().join(", ")}`);
  const series: Series[] = [];
  for (const plan of PLANS.filter(({ name }) => !only || only.includes(name)))
    series.push({ ...plan, lines: await plan.measure() });

  const rows = series.flatMap(({ name, lines }) =>
    Object.entries(lines).flatMap(([line, points]) =>
      points.map(({ x, gas }): Row => ({ series: name, line, x, gas })),
    ),
  );
  if (json) for (const row of rows) console.log(JSON.stringify(row));
  else for (const each of series) console.log(`\n${each.title}\n\n${textTable(table(each))}`);
  if (!json && !only) console.log(`\n${textTable(limits(series))}\n\n${textTable(spreads(series))}`);
  write(series, rows, only !== undefined);
});

function names(): string[] {
  return PLANS.map(({ name }) => name);
}

/** A part replaces its rows and plots alone; the tables need all. */
function write(series: readonly Series[], rows: readonly Row[], part: boolean): void {
  mkdirSync(RESULTS, { recursive: true });
  const file = new URL("growth.json", RESULTS);
  const others = part ? (JSON.parse(readFileSync(file, "utf8")) as Row[]) : [];
  const kept = others.filter((row) => !series.some(({ name }) => name === row.series));
  const place = ({ series: name }: Row) => names().indexOf(name);
  const all = [...kept, ...rows].sort((a, b) => place(a) - place(b));
  writeFileSync(file, `${JSON.stringify(all, null, 2)}\n`);
  for (const { name, title, xLabel, lines, logX } of series) {
    const plotted = Object.entries(lines).map(([line, points]) => ({
      name: line,
      points: points.map(({ x, gas }) => ({ x, y: gas })),
    }));
    writeFileSync(new URL(`${name}.svg`, RESULTS), svg({ title, xLabel, lines: plotted, logX }));
  }
  if (!part) rewrite("growth", [markdownTable(limits(series)), markdownTable(spreads(series))].join("\n\n"));
}

function byNodes(mode: ModeName): Promise<Point[]> {
  return each([1, 10, 50, 100, 200, 500], (nodes) => deleverageByNodes(mode, nodes));
}

async function each(xs: readonly number[], measure: (x: number) => Promise<Point>): Promise<Point[]> {
  const points: Point[] = [];
  for (const x of xs) points.push(await measure(x));
  return points;
}

function table({ xLabel, lines }: Series): string[][] {
  const names = Object.keys(lines);
  const xs = lines[names[0]!]!.map(({ x }) => x);
  const rows = xs.map((x) => [
    count(x),
    ...names.map((name) => count(lines[name]!.find((point) => point.x === x)?.gas)),
  ]);
  return [[xLabel, ...names], ...rows];
}

/** The largest everything, by curves through what was measured in single transactions. */
function limits(series: readonly Series[]): string[][] {
  const line = (name: string, key: string) =>
    series.find((each) => each.name === name)!.lines[key]!.filter(({ calls = 1 }) => calls === 1);
  const subjects: [string, Point[]][] = [
    ["nodes a deleverage, QUEUE", line("deleverage-by-nodes", "QUEUE")],
    ["nodes a deleverage, PRORATA", line("deleverage-by-nodes", "PRORATA")],
    ["fills a settle, one taker", line("settle-by-fills", "one taker")],
    ["matches of one fill a settle", line("settle-by-fills", "a match each")],
    ["accounts an absorb", line("absorb-by-accounts", "absorb")],
    ["accounts a liquidateMany", line("liquidate-by-accounts", "liquidateMany")],
  ];
  return [
    ["fitted", "measured to", "off by", `fit ${count(TRANSACTION_GAS)} gas`, `fit ${count(BLOCK_GAS)} gas`],
    ...subjects.map(([name, points]) => {
      const fitted = fit(points);
      const max = Math.max(...points.map(({ x }) => x));
      return [
        name,
        count(max),
        `${(100 * fitted.deviation).toFixed(2)}%`,
        count(largest(fitted, TRANSACTION_GAS)),
        count(largest(fitted, BLOCK_GAS)),
      ];
    }),
  ];
}

/** How flat what must be flat is. */
function spreads(series: readonly Series[]): string[][] {
  const rows = series
    .filter(({ flat }) => flat)
    .map(({ title, lines }) => {
      const points = Object.values(lines).flat();
      const [low, high] = [Math.min(...points.map(({ gas }) => gas)), Math.max(...points.map(({ gas }) => gas))];
      const range = `${count(points[0]!.x)} to ${count(points.at(-1)!.x)}`;
      return [title, range, count(low), count(high), `${((100 * (high - low)) / low).toFixed(2)}%`];
    });
  return [["must be flat", "range", "least gas", "most gas", "spread"], ...rows];
}

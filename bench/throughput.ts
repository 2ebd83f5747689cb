// SPDX-License-Identifier: MIT
// npm run bench -- throughput: gas and blocks until a crash is cleared, one by one and in batches. See docs/gas.md.
import { mkdirSync, writeFileSync } from "node:fs";
import { rewrite } from "../tools/document.js";
import { OptionError, main } from "../tools/options.js";
import { count, markdownTable, ratio, textTable } from "../tools/table.js";
import { svg } from "./plot.js";
import { BLOCK_GAS, blocksOf, cleared, type Cleared } from "./cleared.js";

const USAGE = `npm run bench -- throughput [options]
  --accounts n   how many accounts, with 3 positions each (default: 10000)
  --json         the figures as one JSON line instead of the table
  --write        also writes them and the plots to bench/results/, and the table of docs/gas.md
  --help`;

const RESULTS = new URL("./results/", import.meta.url);
const OPTIONS = {
  accounts: { type: "string", default: "10000" },
  json: { type: "boolean" },
  write: { type: "boolean" },
  help: { type: "boolean" },
} as const;

await main(USAGE, OPTIONS, async ({ accounts, json = false, write = false }) => {
  const number = Number(accounts);
  if (!Number.isInteger(number) || number < 1) throw new OptionError(`--accounts must be a whole number: ${accounts}`);
  const figures = await cleared(number);
  const rows = figures.map((each) => summary(each, number));
  console.log(json ? JSON.stringify({ bench: "throughput", accounts: number, rows }) : textTable(table(figures)));
  if (!write) return;
  mkdirSync(RESULTS, { recursive: true });
  writeFileSync(new URL("throughput.json", RESULTS), `${JSON.stringify({ accounts: number, rows }, null, 2)}\n`);
  for (const duty of ["liquidations", "absorbs"] as const) {
    const lines = figures.filter((each) => each.duty === duty).map(({ way, left }) => ({ name: way, points: left }));
    const title = `${duty[0]!.toUpperCase()}${duty.slice(1)}: accounts left, by blocks of 30 million gas`;
    writeFileSync(new URL(`throughput-${duty}.svg`, RESULTS), svg({ title, xLabel: "blocks", lines }));
  }
  rewrite("throughput", markdownTable(table(figures)));
});

function summary({ duty, way, gas, transactions }: Cleared, accounts: number) {
  const total = gas.reduce((sum, each) => sum + each, 0);
  return { duty, way, transactions, gas: total, each: Math.round(total / accounts), blocks: blocksOf(gas) };
}

function table(figures: readonly Cleared[]): string[][] {
  return [
    ["what", "how", "transactions", "gas", `blocks of ${count(BLOCK_GAS)}`, "of one by one"],
    ...figures.map(({ duty, way, gas, transactions }) => {
      const single = figures.find((each) => each.duty === duty)!;
      const total = gas.reduce((sum, each) => sum + each, 0);
      const blocks = blocksOf(gas);
      return [duty, way, count(transactions), count(total), count(blocks), ratio(blocks, blocksOf(single.gas))];
    }),
  ];
}

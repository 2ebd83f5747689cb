// SPDX-License-Identifier: MIT
// npm run bench -- keeper: how long the keeper's scan takes from a tick to the list of accounts at risk. See
// docs/keeper.md.
import { execFileSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { rewrite } from "../tools/document.js";
import { askedTable, noteTable, stretchTable } from "./keeper/lookTables.js";
import { memory, type MemoryFigures } from "./keeper/memory.js";
import { optionLooks, type LookFigures } from "./keeper/optionLooks.js";
import { run, type ScanFigures } from "./keeper/run.js";
import { OptionError, main } from "../tools/options.js";
import { count, markdownTable, textTable } from "../tools/table.js";

const USAGE = `npm run bench -- keeper [options]
  --accounts n   how many accounts, with 3 positions each
                 (default: 3333334 with --json, else 10000, 100000, 1000000 and 3333334)
  --ticks n      how many ticks are timed (default: 500)
  --runs n       how often each size is run; the run with the middle p99 is kept (default: 1; not with --json)
  --options      looks of the keeper of options instead, through a crash on a real node
                 (default: 1000 accounts of 8 legs; 10000 take some minutes to set up; --json)
  --memory       what the scan alone holds, bytes an account: one JSON line for --accounts
  --json         one JSON line for --accounts instead of the table
  --write        also writes the figures to bench/results/keeper.json and the table of docs/keeper.md
  --help`;

const RESULTS = new URL("./results/", import.meta.url);
/** The last one has 10 million positions. */
const SIZES = [10_000, 100_000, 1_000_000, 3_333_334];

const OPTIONS = {
  accounts: { type: "string" },
  ticks: { type: "string", default: "500" },
  runs: { type: "string", default: "1" },
  options: { type: "boolean" },
  memory: { type: "boolean" },
  json: { type: "boolean" },
  write: { type: "boolean" },
  help: { type: "boolean" },
} as const;

type Figures = ScanFigures & MemoryFigures;

await main(USAGE, OPTIONS, async (given) => {
  const { accounts, ticks, runs, options = false, memory: held = false, json = false, write = false } = given;
  const [timed, repeats] = [wholeOf("ticks", ticks), wholeOf("runs", runs)];
  if (options) {
    const size = accounts === undefined ? 1_000 : wholeOf("accounts", accounts);
    const figures = await optionLooks({ accounts: size, config: {} }, console.error);
    return console.log(json ? JSON.stringify(figures) : lookTables(figures));
  }
  const sizes = accounts === undefined ? SIZES : [wholeOf("accounts", accounts)];
  if (held) return console.log(JSON.stringify(memory(sizes.at(-1)!)));
  if (json && !write) return console.log(JSON.stringify(run(sizes.at(-1)!, timed)));

  const figures = sizes.map((size): Figures => {
    const sized = ["--accounts", `${size}`, "--ticks", `${timed}`];
    const each = Array.from({ length: repeats }, () => alone<ScanFigures>("--json", ...sized));
    each.sort((a, b) => a.p99Ms - b.p99Ms);
    return { ...each[repeats >> 1]!, ...alone<MemoryFigures>("--memory", ...sized) };
  });
  console.log(json ? JSON.stringify(figures.at(-1)) : textTable(table(figures)));
  if (!write) return;
  mkdirSync(RESULTS, { recursive: true });
  writeFileSync(new URL("keeper.json", RESULTS), `${JSON.stringify(figures, null, 2)}\n`);
  rewrite("keeper-scan", markdownTable(table(figures)), "keeper.md");
});

/** Each measurement in a process of its own, so that none has the memory and the compiled code of another. */
function alone<T>(...options: string[]): T {
  const line = execFileSync(process.execPath, [...process.execArgv, fileURLToPath(import.meta.url), ...options]);
  return JSON.parse(line.toString()) as T;
}

function table(figures: Figures[]): string[][] {
  const head = [
    "accounts",
    "positions",
    "median ms",
    "p99 ms",
    "worst ms",
    "processor: mean",
    "p99",
    "afterwards: median",
    "p99",
  ];
  const plain = ["plain scan: median", "p99", "processor: mean", "p99"];
  const more = ["looked at", "update us", "tear-up ms", "bytes an account", "of the process"];
  const ms = (value: number) => value.toFixed(2);
  return [
    [...head, ...plain, ...more],
    ...figures.map((each) => [
      count(each.accounts),
      count(each.positions),
      ms(each.medianMs),
      ms(each.p99Ms),
      ms(each.worstMs),
      ms(each.cpuMeanMs),
      ms(each.cpuP99Ms),
      ms(each.tidyMedianMs),
      ms(each.tidyP99Ms),
      ms(each.baselineMs),
      ms(each.baselineP99Ms),
      ms(each.baselineCpuMeanMs),
      ms(each.baselineCpuP99Ms),
      count(each.looked),
      each.updateUs.toFixed(1),
      each.tearUpMs.toFixed(1),
      count(each.heapPerAccount),
      count(each.rssPerAccount),
    ]),
  ];
}

function lookTables(figures: LookFigures): string {
  const asked = (["rebuild", "everyone", "slide", "lock", "settlement"] as const).map((name) =>
    askedTable(name, figures[name]),
  );
  return [stretchTable(figures), noteTable(figures), ...asked].map(textTable).join("\n\n");
}

function wholeOf(name: string, value: string): number {
  const whole = Number(value);
  if (!Number.isInteger(whole) || whole < 1)
    throw new OptionError(`--${name} must be a whole number above 0: ${value}`);
  return whole;
}

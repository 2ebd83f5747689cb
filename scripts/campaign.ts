// SPDX-License-Identifier: MIT
// npm run assure -- campaign: the invariants under millions of random calls. See USAGE and docs/assurance.md.
import { spawn, spawnSync } from "node:child_process";
import { appendFileSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { availableParallelism, tmpdir } from "node:os";
import { join } from "node:path";
import { main, wholeWithin } from "../tools/options.js";
import { textTable } from "../tools/table.js";
import { forgeBinary } from "../tools/binary.mjs";

const USAGE = `npm run assure -- campaign [options]
  --calls N        calls of the handlers in all (default 300000); each makes from one to some hundred calls of the clearinghouse
  --minutes N      begins no part after so long (default: no limit)
  --seed N         of the first part; part k has seed N + k (default 1)
  --plays N        plays a part, of 256 calls each (default 64): a part begins anew what compiles and deploys
  --guided N       every Nth part keeps the plays that reach new code and mutates them (default 6)
  --workers N      parts at once (default: one a core)
  --only PATTERN   only the venues whose name it matches, e.g. Option (default: all)
  --json           one JSON object a part instead of the table
  --record         adds the run to docs/campaign.jsonl
  --help`;

const ROOT = join(import.meta.dirname, "..");
const FILES = ["test/invariants/Venue.t.sol", "test/invariants/Options.t.sol"];
/**
 * The promises are looked at after so many calls, and at the end of every play: looking costs as much as four calls.
 */
const CHECK_EVERY = 16;
const DEPTH = 256;

interface Part {
  venue: string;
  seed: number;
  guided: boolean;
  calls: number;
  seconds: number;
  /** How often its plays met what: option groups only. */
  met: Counts;
  failure?: string;
}

type Counts = Record<string, number>;

/** An option's largest number. */
const MAX = 1e9;

await main(
  USAGE,
  {
    calls: { type: "string" },
    minutes: { type: "string" },
    seed: { type: "string" },
    plays: { type: "string" },
    guided: { type: "string" },
    workers: { type: "string" },
    only: { type: "string" },
    json: { type: "boolean" },
    record: { type: "boolean" },
    help: { type: "boolean" },
  },
  async ({ calls, minutes, seed, plays, guided, workers, only, json, record }) => {
    const target = wholeWithin("calls", calls ?? "300000", 1, MAX);
    const first = wholeWithin("seed", seed ?? "1", 1, MAX);
    const length = wholeWithin("plays", plays ?? "64", 1, 100_000);
    const every = wholeWithin("guided", guided ?? "6", 1, MAX);
    const names = venues().filter((name) => new RegExp(only ?? "").test(name));
    if (names.length === 0) throw new Error(`no venue's name matches ${only}`);
    build();
    const started = Date.now();
    const end = minutes === undefined ? Infinity : started + wholeWithin("minutes", minutes, 1, MAX) * 60_000;
    const atOnce = wholeWithin("workers", workers ?? `${availableParallelism()}`, 1, MAX);
    const parts = await play(names, target, end, first, length, every, atOnce, json);
    const summary = summarise(parts, length, Math.round((Date.now() - started) / 1000));
    if (json) console.log(JSON.stringify(summary));
    else console.log(textTable(cells(summary)));
    if (record) appendFileSync(join(ROOT, "docs/campaign.jsonl"), `${JSON.stringify(summary)}\n`);
    if (parts.some(({ failure }) => failure !== undefined)) process.exitCode = 1;
  },
);

function venues(): string[] {
  return FILES.flatMap(venuesOf);
}

function venuesOf(file: string): string[] {
  const text = readFileSync(join(ROOT, file), "utf8");
  return [...text.matchAll(/^contract (\w+Invariants) /gm)].map(([, name]) => name!);
}

function build(): void {
  const { status, stdout, stderr } = spawnSync(forgeBinary(), ["build", ...FILES], {
    cwd: ROOT,
    encoding: "utf8",
    env: { ...process.env, FOUNDRY_PROFILE: "campaign" },
  });
  if (status !== 0) throw new Error(`the invariants do not compile\n${stdout}\n${stderr}`);
}

/** Parts of all venues in turn until the calls are made or one fails. */
async function play(
  names: string[],
  target: number,
  end: number,
  first: number,
  length: number,
  every: number,
  workers: number,
  json?: boolean,
): Promise<Part[]> {
  const parts: Part[] = [];
  let next = 0;
  let made = 0;
  let failed = false;
  async function work(): Promise<void> {
    while (made < target && Date.now() < end && !failed) {
      const k = next++;
      const guided = Math.floor(k / names.length) % every === 0;
      const part = await playPart(names[k % names.length]!, first + k, length, guided);
      parts.push(part);
      made += part.calls;
      failed ||= part.failure !== undefined;
      if (json) console.log(JSON.stringify(part));
      else console.error(`${part.venue} seed ${part.seed}: ${part.calls} calls, ${part.seconds} s, ${made} in all`);
      if (part.failure !== undefined) console.error(part.failure);
    }
  }
  await Promise.all(Array.from({ length: workers }, work));
  return parts;
}

async function playPart(venue: string, seed: number, plays: number, guided: boolean): Promise<Part> {
  const failures = mkdtempSync(join(tmpdir(), "campaign-"));
  const corpus = join(ROOT, "cache/campaign");
  mkdirSync(corpus, { recursive: true });
  const log = join(ROOT, `cache/campaign-${process.pid}-${seed}.log`); // forge may write to the cache
  const env = {
    ...process.env,
    FOUNDRY_PROFILE: "campaign",
    FOUNDRY_INVARIANT_RUNS: `${plays}`,
    FOUNDRY_INVARIANT_DEPTH: `${DEPTH}`,
    FOUNDRY_INVARIANT_FAILURE_PERSIST_DIR: failures,
    CHECK_EVERY: process.env.CHECK_EVERY ?? `${CHECK_EVERY}`,
    CAMPAIGN_LOG: log,
    ...(guided ? { FOUNDRY_INVARIANT_CORPUS_DIR: corpus } : {}),
  };
  const args = [
    "test",
    "--match-path", // so that forge compiles nothing else
    FILES.find((file) => venuesOf(file).includes(venue))!,
    "--match-contract",
    `^${venue}$`,
    "--fuzz-seed",
    `${seed}`,
    "--threads",
    "1",
    "--color",
    "never",
  ];
  const started = Date.now();
  const output = await run(args, env);
  rmSync(failures, { recursive: true });
  const met = readMet(log);
  rmSync(log, { force: true });
  const [, calls] = /\(runs: \d+, calls: (\d+), reverts: \d+\)/.exec(output) ?? [];
  const passed = /^\[PASS\] invariant_/m.test(output);
  return {
    venue,
    seed,
    guided,
    calls: Number(calls ?? 0),
    seconds: Math.round((Date.now() - started) / 1000),
    met,
    ...(passed ? {} : { failure: output }),
  };
}

/** The sum of what all plays met; of a most, the most. */
function readMet(log: string): Counts {
  if (!existsSync(log)) return {};
  return sumOf(readLines(log).map(readCounts));
}

/** From `trades=12 slices=0`. */
function readCounts(line: string): Counts {
  const pairs = line.split(" ").map((pair) => pair.split("="));
  return Object.fromEntries(pairs.map(([name, n]) => [name!, Number(n)]));
}

function sumOf(all: Counts[]): Counts {
  const sum: Counts = {};
  for (const counts of all) {
    for (const [name, n] of Object.entries(counts)) {
      sum[name] = name.startsWith("most") ? Math.max(sum[name] ?? 0, n) : (sum[name] ?? 0) + n;
    }
  }
  return sum;
}

function readLines(file: string): string[] {
  return readFileSync(file, "utf8").split("\n").filter(Boolean);
}

function run(args: string[], env: NodeJS.ProcessEnv): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(forgeBinary(), args, { cwd: ROOT, env, stdio: ["ignore", "pipe", "pipe"] });
    let output = "";
    child.stdout.on("data", (text) => (output += text));
    child.stderr.on("data", (text) => (output += text));
    child.on("error", reject);
    child.on("close", () => resolve(output));
  });
}

interface Summary {
  bench: "campaign";
  commit: string;
  calls: number;
  guidedCalls: number;
  plays: number;
  depth: number;
  checkEvery: number;
  seeds: [number, number];
  seconds: number;
  violations: number;
  venues: Record<string, number>;
  met: Counts;
}

function summarise(parts: Part[], plays: number, seconds: number): Summary {
  const sum = (of: Part[]) => of.reduce((total, { calls }) => total + calls, 0);
  const seeds = parts.map(({ seed }) => seed);
  const commit = spawnSync("git", ["rev-parse", "--short", "HEAD"], { cwd: ROOT, encoding: "utf8" }).stdout.trim();
  return {
    bench: "campaign",
    commit,
    calls: sum(parts),
    guidedCalls: sum(parts.filter(({ guided }) => guided)),
    plays: parts.length * plays,
    depth: DEPTH,
    checkEvery: CHECK_EVERY,
    seeds: [Math.min(...seeds), Math.max(...seeds)],
    seconds,
    violations: parts.filter(({ failure }) => failure !== undefined).length,
    venues: Object.fromEntries(venues().map((name) => [name, sum(parts.filter(({ venue }) => venue === name))])),
    met: sumOf(parts.map(({ met }) => met)),
  };
}

function cells({ venues: calls, met, ...rest }: Summary): string[][] {
  return [
    ["", "calls"],
    ...Object.entries(calls).map(([venue, n]) => [venue, n.toLocaleString("en-US")]),
    ["all", rest.calls.toLocaleString("en-US")],
    ["of these guided by coverage", rest.guidedCalls.toLocaleString("en-US")],
    ["violations", `${rest.violations}`],
    ...Object.entries(met).map(([what, n]) => [`option groups: ${what}`, n.toLocaleString("en-US")]),
  ];
}

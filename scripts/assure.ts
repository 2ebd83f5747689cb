// SPDX-License-Identifier: MIT
// npm run assure: the evidence that fits into twenty minutes on two cores, as one table.
//
// What it runs decides by its exit code. What cannot run here says why and counts neither as passed nor as failed.
import { spawnSync } from "node:child_process";
import { optionsOf } from "../tools/options.js";
import { root } from "./assurance/solc.js";

interface Check {
  name: string;
  /** What it is evidence of. */
  holds: string;
  command: string[];
  env?: Record<string, string>;
  /** The line of its output to show: the last that matches. */
  figure: RegExp;
  /** Why it cannot run here; undefined when it can. */
  missing?: string | undefined;
}

const run = (command: string, ...args: string[]) => ["node", "scripts/run.mjs", command, ...args];
const slither = process.env["SLITHER"] ?? "slither";
const hasSlither = spawnSync(slither, ["--version"]).status === 0;
const hasLinter = spawnSync(process.env["ERC7730"] ?? "erc7730", ["--help"]).status === 0;

const checks: Check[] = [
  {
    name: "layout",
    holds: "storage is where the snapshot says, and the same for all modules",
    command: run("assure", "layout", "--check"),
    figure: /problems$/,
  },
  {
    name: "loops",
    holds: "every loop has an argued bound; no recursion",
    command: run("assure", "loops", "--check"),
    figure: /problems$/,
  },
  {
    name: "proofs",
    holds: "the algebra of the frame, the theorem, rounding, overflow: models in z3, and the code against them",
    command: run("prove", "--models"),
    figure: /^\d+ passed, \d+ failed/,
  },
  {
    name: "campaign",
    holds: "INV-1 to INV-11 on random plays, enemies among them (another seed each day: CAMPAIGN_SEED)",
    command: run("assure", "campaign", "--calls", "150000", "--seed", process.env["CAMPAIGN_SEED"] ?? "1"),
    figure: /^all /,
  },
  {
    name: "rebuild",
    holds: "INV-12: all balances from events alone",
    command: [
      "hardhat",
      "test",
      "mocha",
      "test/differential/rebuild.test.ts",
      "test/differential/rebuild-story.test.ts",
    ],
    figure: /^\d+ passing/,
  },
  {
    name: "reference",
    holds: "the contracts do what the eager reference does, 6,000 operations",
    command: ["hardhat", "test", "mocha", "test/differential/differential.test.ts"],
    env: { NOVATION_DIFFERENTIAL_SEEDS: "3", NOVATION_DIFFERENTIAL_OPERATIONS: "500" },
    figure: /^\d+ passing/,
  },
  {
    name: "attacks",
    holds: "the attack book",
    command: run("attacks"),
    figure: /^\d+ attacks, /,
  },
  {
    name: "coverage",
    holds: "95% of the core's lines and branches are run by Solidity tests",
    command: run("assure", "coverage", "--check"),
    figure: /^the core/,
  },
  {
    name: "mutation",
    // Seed 1 is a sample whose survivors were studied: it shows that tests did not get weaker. Another seed estimates
    // the whole.
    holds: "nine of ten mutants of a sample of the core are noticed (MUTATION_SEED draws another)",
    command: run("assure", "mutate", "--seed", process.env["MUTATION_SEED"] ?? "1", "--sample", "40"),
    figure: /mutants run of/,
  },
  {
    name: "slither",
    holds: "every finding of Slither is answered",
    command: run("assure", "slither"),
    figure: /findings/,
    missing: hasSlither ? undefined : "Slither is not installed (pip install slither-analyzer, or SLITHER=path)",
  },
  {
    name: "descriptor",
    holds: "what hardware wallets are told of an order is a descriptor of ERC-7730",
    command: run("assure", "descriptor"),
    figure: /^checked/,
    missing: hasLinter ? undefined : "the linter is not installed (pip install erc7730==1.0.12, or ERC7730=path)",
  },
];

const names = checks.map(({ name }) => name).join(", ");
const USAGE = `npm run assure -- [options]
  --only NAME  one of ${names}; may be given more than once
  --help`;
const { only = [] } = optionsOf(USAGE, { only: { type: "string", multiple: true } });
const unknown = only.filter((name) => !checks.some((check) => check.name === name));
if (unknown.length > 0) {
  console.error(`no check is called ${unknown.join(", ")}\n\n${USAGE}`);
  process.exit(2);
}

const rows: string[][] = [];
let [passed, failed] = [0, 0];
for (const { name, holds, command, env, figure, missing } of checks) {
  if (only.length > 0 && !only.includes(name)) continue;
  if (missing !== undefined) {
    rows.push([name, "skipped", "", holds, missing]);
    continue;
  }
  console.error(`assure: ${name} ...`);
  const started = Date.now();
  const [program, ...args] = command;
  const done = spawnSync(program!, args, {
    cwd: root,
    encoding: "utf8",
    maxBuffer: 1 << 28,
    env: { ...process.env, ...env, NO_COLOR: "1" },
  });
  const output = `${done.stdout ?? ""}${done.stderr ?? ""}`;
  const shown = output
    .split("\n")
    .findLast((line) => figure.test(line.trim()))
    ?.trim()
    .replace(/\s+/g, " ");
  // Without its figure it has not done its work, whatever its exit code.
  const ok = done.status === 0 && shown !== undefined;
  if (ok) ++passed;
  else ++failed;
  rows.push([
    name,
    ok ? "passed" : "FAILED",
    `${Math.round((Date.now() - started) / 1000)} s`,
    holds,
    shown ?? "no result",
  ]);
  if (!ok) console.error(output.split("\n").slice(-60).join("\n"));
}

for (const [name, verdict, time, holds, shown] of rows) {
  console.log(`${name!.padEnd(11)} ${verdict!.padEnd(8)} ${time!.padStart(6)}  ${holds}\n${" ".repeat(29)}${shown}`);
}
console.log(`\n${passed} passed, ${failed} failed`);
process.exit(failed === 0 && passed > 0 ? 0 : 1);

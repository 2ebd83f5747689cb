// SPDX-License-Identifier: MIT
// npm run assure -- mutate [options]: do the tests notice when the contracts are wrong?
//
// Every mutant is one small change to the core: an operator, a boundary, a rounding direction, a dropped statement. A
// sample of them is compiled into one set of contracts, each behind a switch, so that a mutant costs a run of the tests
// and not a compilation.
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { optionsOf } from "../tools/options.js";
import { analyse, root } from "./assurance/solc.js";
import { CHAPTERS } from "./chapters.js";
import { Campaign, type Verdict } from "./mutation/campaign.js";
import { type Mutant, enumerate } from "./mutation/mutants.js";

const USAGE = `npm run assure -- mutate [options]
  --seed S       draws another sample (default 1)
  --sample N     mutants to run (default 60; 0: all)
  --path PREFIX  only of this file or directory (default: the chapters but interfaces); may be given more than once
  --only ID      only the mutant with this id; may be given more than once
  --tests GLOB   only the Solidity tests in these files, e.g. "test/options/*.t.sol" (default: all). May be given more
                 than once: what survives one meets the next
  --typescript GLOB  the TypeScript tests in these files, on what survives the Solidity tests; may be given more than
                 once (default: none)
  --min P        fail when less than P percent of the sample are killed (default 90)
  --json         prints one JSON object
  --help`;

/** Mutants that no test can kill, because they do not change what the contracts do. Each entry says why. */
interface Equivalent {
  id: string;
  where: string;
  before: string;
  after: string;
  why: string;
}

const text = { type: "string" } as const;
const values = optionsOf(USAGE, {
  seed: { ...text, default: "1" },
  sample: { ...text, default: "60" },
  path: {
    ...text,
    multiple: true,
    default: CHAPTERS.filter((name) => name !== "interfaces").map((name) => `contracts/${name}/`),
  },
  only: { ...text, multiple: true, default: [] },
  tests: { ...text, multiple: true, default: [] },
  typescript: { ...text, multiple: true, default: [] },
  min: { ...text, default: "90" },
  json: { type: "boolean", default: false },
});
const say = (line: string) => (values.json ? console.error(line) : console.log(line));

const { sources } = analyse(["ast"]);
const { mutants, unswitchable, assemblyLines } = enumerate(sources, values.path);
const known = JSON.parse(readFileSync(join(root, "scripts/mutation/equivalent.json"), "utf8")) as Equivalent[];
const stale = enumerate(sources, ["contracts/"]).mutants;
const outdated = known.filter(({ id }) => !stale.some((mutant) => mutant.id === id));
const equivalent = new Map(known.map((entry) => [entry.id, entry]));

const candidates = mutants.filter(({ id }) => !equivalent.has(id));
const size = Number(values.sample) || candidates.length;
const drawn = values.only.length > 0 ? mutants.filter(({ id }) => values.only.includes(id)) : draw(candidates, size);
if (drawn.length === 0) {
  console.error("no mutant fits these options");
  process.exit(1);
}
say(
  `${mutants.length} mutants, ${mutants.length - candidates.length} of them known to be equivalent; ${drawn.length} drawn with seed ${values.seed}`,
);

const campaign = new Campaign(sources, drawn, say, { solidity: values.tests, typescript: values.typescript });
const verdicts: Verdict[] = [];
for (const verdict of campaign.run()) {
  verdicts.push(verdict);
  const { mutant, status, by } = verdict;
  say(
    `${status.padEnd(9)} ${mutant.id} ${mutant.path}:${mutant.line} ${mutant.operator}, ${verdict.seconds} s${by ? `, ${by}` : ""}`,
  );
}

const of = (...status: Verdict["status"][]) => verdicts.filter((verdict) => status.includes(verdict.status));
const survivors = of("survived");
const killed = of("killed", "timed out").length;
const percent = Math.floor((1000 * killed) / Math.max(1, killed + survivors.length)) / 10;
const summary = {
  seed: values.seed,
  paths: values.path,
  possible: mutants.length,
  equivalent: mutants.length - candidates.length,
  run: killed + survivors.length,
  killed,
  timedOut: of("timed out").length,
  survived: survivors.length,
  notCompiling: of("not compiling").length,
  percent,
  notSwitchable: unswitchable.length,
  assemblyLinesNotMutated: assemblyLines,
};

if (values.json) {
  const plain = ({ mutant, ...rest }: Verdict) => ({
    ...rest,
    id: mutant.id,
    operator: mutant.operator,
    path: mutant.path,
    line: mutant.line,
    where: mutant.where,
    before: mutant.before,
    after: mutant.after,
  });
  console.log(JSON.stringify({ ...summary, verdicts: verdicts.map(plain) }, null, 2));
} else {
  for (const { mutant, by } of of("not compiling")) console.log(`\nnot compiling ${shown(mutant)}\n  ${by}`);
  for (const { mutant } of survivors) console.log(`\nsurvived ${shown(mutant)}`);
  console.log(
    `\n${summary.run} mutants run of ${summary.possible} possible: ${killed} killed (${summary.timedOut} of them by the time limit), ` +
      `${summary.survived} survived, ${percent}%. Besides: ${summary.notCompiling} not compiling, ${summary.equivalent} known to be equivalent, ` +
      `${summary.notSwitchable} that no switch can express, ${assemblyLines} lines of assembly not mutated.`,
  );
}
for (const { id, where, before } of outdated) {
  console.error(`scripts/mutation/equivalent.json names ${id} (${where}: ${before}), which is no mutant any more`);
}
process.exit(percent >= Number(values.min) && outdated.length === 0 ? 0 : 1);

/** By a hash of seed and id, so that a changed file changes only its own part of the sample. */
function draw(from: Mutant[], count: number): Mutant[] {
  const place = ({ id }: Mutant) => createHash("sha256").update(`${values.seed} ${id}`).digest("hex");
  const sorted = from.map((mutant) => [place(mutant), mutant] as const).sort(([a], [b]) => (a < b ? -1 : 1));
  return sorted.slice(0, count).map(([, mutant]) => mutant);
}

function shown({ id, path, line, where, operator, before, after }: Mutant): string {
  return `${id} ${path}:${line} ${where} (${operator})\n  - ${before}\n  + ${after}`;
}

// SPDX-License-Identifier: MIT
import { OptionError, wholeWithin } from "../../tools/options.js";
import type { StressOptions } from "./run.js";
import { SCENARIOS } from "./scenarios.js";

export const BOTH_SIDES = "both-sides";
export const MONTE_CARLO = "monte-carlo";

const DEFAULT_ACCOUNTS = 80;
const DEFAULT_RUNS = 12;
const NAMES: readonly string[] = [...SCENARIOS.map(({ name }) => name), BOTH_SIDES, MONTE_CARLO];

export const USAGE = `npm run lab -- stress [options]
  --scenario NAME  one of the list below, or all (default all)
  --accounts N     traders of a scenario, 20 to 2000 (default ${DEFAULT_ACCOUNTS})
  --seed S         draws other people and prices, 0 to 4294967295 (default 1)
  --runs N         Monte Carlo runs, 0 to 10000 (default ${DEFAULT_RUNS} with all and ${MONTE_CARLO}, else 0)
  --workers N      N workers of this machine, and all others that share DATABASE_URL, do its parts (0 to 64)
  --json           the report as one JSON object on one line
  --help

The real contracts of the production build, on a chain within this process. Ends with 1 when a promise of the contracts does not hold.

${SCENARIOS.map(({ name, description }) => `${name.padEnd(19)}${description}`).join("\n")}
${BOTH_SIDES.padEnd(19)}One person owns both sides and lets one default: what he takes, per gap and parameter set.
${MONTE_CARLO.padEnd(19)}Margins, gap threshold, lock delay, vault, mode, leverage and prices drawn at random.`;

export const OPTIONS = {
  scenario: { type: "string", default: "all" },
  accounts: { type: "string", default: String(DEFAULT_ACCOUNTS) },
  seed: { type: "string", default: "1" },
  runs: { type: "string" },
  json: { type: "boolean", default: false },
  help: { type: "boolean" },
} as const;

/** What the texts of the options ask for; an OptionError says which of them does not. */
export function stressOptions(values: {
  scenario: string;
  accounts: string;
  seed: string;
  runs?: string | undefined;
}): StressOptions {
  const { scenario } = values;
  const all = scenario === "all";
  if (!all && !NAMES.includes(scenario)) {
    throw new OptionError(`--scenario must be all or one of ${NAMES.join(", ")}; not "${scenario}"`);
  }
  const usual = all || scenario === MONTE_CARLO ? String(DEFAULT_RUNS) : "0";
  return {
    scenarios: SCENARIOS.map(({ name }) => name).filter((name) => all || name === scenario),
    attacks: all || scenario === BOTH_SIDES,
    runs: wholeWithin("runs", values.runs ?? usual, 0, 10_000),
    accounts: wholeWithin("accounts", values.accounts, 20, 2_000),
    seed: wholeWithin("seed", values.seed, 0, 2 ** 32 - 1),
  };
}

// SPDX-License-Identifier: MIT
import { seeded } from "../../tools/random.js";
import { coverage, type CoverageReport } from "./coverage.js";
import { drawQuotes } from "./drawQuotes.js";
import { RULES, initialOf, scenariosOf, separateOf, type Leg } from "./margin.js";
import { play, type Played } from "./play.js";
import { SORTS, draw, seriesOf, type Sort } from "./population.js";
import { readQuotes, type Slice } from "./quotes.js";
import { fixed, scenarios, type Scenario } from "./scenarios.js";
import { shading, type Shaded } from "./shading.js";
import { validate, type FitReport } from "./validate.js";

export interface Options {
  readonly quotes: readonly string[] | undefined;
  readonly each: number;
  readonly seed: number;
  readonly say: (text: string) => void;
}

/** Initial margin of a sort's accounts, quote: netted, and each leg alone. */
export interface Capital {
  readonly sort: Sort | "all but street";
  readonly accounts: number;
  readonly portfolio: number;
  readonly separate: number;
  /** Part that netting saves. */
  readonly saved: number;
}

export interface Report {
  readonly fromFile: boolean;
  readonly notes: readonly string[];
  readonly fits: readonly FitReport[];
  readonly coverage: readonly CoverageReport[];
  readonly capital: readonly Capital[];
  readonly plays: readonly (Pick<Scenario, "name" | "says"> & Played)[];
  readonly shaded: readonly Shaded[];
  /** Promises that a play did not keep. */
  readonly broken: readonly string[];
}

export function report({ quotes, each, seed, say }: Options): Report {
  const notes: string[] = [];
  if (quotes === undefined)
    notes.push("NO QUOTES FILE: a market of options is drawn from a model; its figures describe no market");
  notes.push("What volatilities did on 10 October 2025 minute by minute is assumed: six times the fall of spot");
  for (const note of notes) say(note);
  const slices: Slice[] = quotes === undefined ? drawQuotes(seeded(seed)) : quotes.flatMap(readQuotes);
  const plays = scenarios().map((scenario) => {
    say(`${scenario.name}: ${scenario.says}`);
    return { name: scenario.name, says: scenario.says, ...played(scenario, each, seed) };
  });
  return {
    fromFile: quotes !== undefined,
    notes,
    fits: validate(slices),
    coverage: coverage(slices, seeded(seed + 1), RULES),
    capital: capital(each, seed),
    plays,
    shaded: shading(each, seed),
    broken: plays.flatMap(brokenOf),
  };
}

function played({ factors, policy, terms }: Scenario, each: number, seed: number): Played {
  const all = fixed(seriesOf(factors[0]!, terms), factors);
  const arrays = all.map((series) => scenariosOf(series, factors[0]!, policy.rules));
  const ask = policy.margin === "portfolio" ? initialOf : separateOf;
  const marginOf = (legs: readonly Leg[]) => ask(legs, all, arrays, factors[0]!, policy.rules);
  return play(all, draw(seeded(seed), all, factors[0]!, each, marginOf), factors, policy);
}

function capital(each: number, seed: number): Capital[] {
  const now = scenarios()[0]!.factors[0]!;
  const all = seriesOf(now);
  const arrays = all.map((series) => scenariosOf(series, now, RULES));
  const marginOf = (legs: readonly Leg[]) => initialOf(legs, all, arrays, now, RULES);
  const accounts = draw(seeded(seed), all, now, each, marginOf);
  const rowOf = (sort: Capital["sort"], list: typeof accounts): Capital => {
    const portfolio = list.reduce((sum, { legs }) => sum + marginOf(legs), 0);
    const separate = list.reduce((sum, { legs }) => sum + separateOf(legs, all, arrays, now, RULES), 0);
    return { sort, accounts: list.length, portfolio, separate, saved: 1 - portfolio / separate };
  };
  const rows = SORTS.map((sort) =>
    rowOf(
      sort,
      accounts.filter((account) => account.sort === sort),
    ),
  );
  return [
    ...rows,
    rowOf(
      "all but street",
      accounts.filter(({ sort }) => sort !== "street"),
    ),
  ];
}

/** With the charge net of losses and all solvent at the anchors, there is no second default. */
function brokenOf({ name, secondDefaults, belowBoth }: Pick<Scenario, "name"> & Played): string[] {
  if (name === "gross") return [];
  const broken: string[] = [];
  if (secondDefaults > 0) broken.push(`${name}: ${secondDefaults} second defaults`);
  if (belowBoth > 0) broken.push(`${name}: ${belowBoth} accounts end below both equities`);
  return broken;
}

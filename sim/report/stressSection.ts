// SPDX-License-Identifier: MIT
import type { AttackRow, CascadeRow, MonteCarlo, ScenarioResult, StressReport } from "../stress/result.js";
import { count, money, percent, significant } from "./format.js";
import { figure, list, paragraph, section, table } from "./html.js";
import { bars, lines } from "./plot.js";

/** How the scenarios used the waterfall, what they broke, and what an attacker takes. */
export function stressSection(report: StressReport): string {
  const { scenarios, attacks, monteCarlo, accounts, seed } = report;
  return section(
    "stress",
    "Stress",
    paragraph(`${count(accounts)} accounts a scenario, seed ${seed}. Promises of the contracts that did not hold:`),
    list(brokenOf(report)),
    ...(scenarios.length === 0 ? [] : scenarioPart(scenarios)),
    ...scenarios.flatMap(({ name, cascade }) => (cascade ? cascadePart(name, cascade) : [])),
    ...(attacks.length === 0 ? [] : attackPart(attacks)),
    ...(monteCarlo ? monteCarloPart(monteCarlo) : []),
  );
}

function brokenOf({ scenarios, attacks, monteCarlo }: StressReport): string[] {
  const all = [
    ...scenarios.flatMap(({ name, broken }) => broken.map((what) => `${name}: ${what}`)),
    ...attacks.flatMap(({ set, broken }) => broken.map((what) => `both sides, ${set}: ${what}`)),
    ...(monteCarlo?.runs ?? []).flatMap(({ seed, broken }) => broken.map((what) => `Monte Carlo, ${seed}: ${what}`)),
  ];
  return all.length === 0 ? ["none"] : all;
}

function scenarioPart(scenarios: readonly ScenarioResult[]): string[] {
  const names = scenarios.map(({ name }) => name);
  const part = (pick: (waterfall: ScenarioResult["waterfall"]) => number) =>
    scenarios.map(({ waterfall, openInterest }) => (100 * pick(waterfall)) / openInterest);
  return [
    list(scenarios.map(({ name, description }) => `${name}: ${description}`)),
    table("waterfall", "The default waterfall, quote", [
      [
        "scenario",
        "open interest",
        "margin calls",
        "liquidations",
        "to orders",
        "to keeper",
        "to vault",
        "absorbed",
      ].concat(["deficit", "vault paid", "charged", "shortfall", "netted", "vault took", "torn up"]),
      ...scenarios.map(({ name, openInterest, waterfall: w }) => [
        name,
        money(openInterest),
        count(w.marginCalls),
        count(w.liquidations),
        money(w.toOrders),
        money(w.toKeeper),
        money(w.toVault),
        count(w.absorbed),
        money(w.deficit),
        money(w.vaultPaid),
        money(w.charged),
        money(w.shortfall),
        money(w.netted),
        money(w.vaultTook),
        money(w.tornUp),
      ]),
    ]),
    table("afterwards", "Locks, charges and what was left", [
      ["scenario", "lowest mark", "locks", "longest s", "time locked", "largest charge of mark", "of jump"].concat([
        "of an equity",
        "vault before",
        "after",
        "r",
        "left below zero",
        "their debt",
        "of it the vault's",
        "at rest",
      ]),
      ...scenarios.map(({ name, lowest, locks, worstCharge: w, ...s }) => [
        name,
        lowest.toFixed(3),
        count(locks.count),
        count(locks.longest),
        percent(locks.share),
        percent(w.ofMark),
        percent(w.ofJump),
        percent(w.ofEquity),
        money(s.vaultBefore),
        money(s.vaultAfter),
        s.recoveryRate.toFixed(6),
        count(s.leftBelowZero),
        money(s.leftDebt),
        money(s.vaultDebt),
        s.calm ? "yes" : "no",
      ]),
    ]),
    figure(
      "fig-waterfall",
      "Who paid the deficits of each scenario, as a part of its open interest.",
      bars(
        names,
        [
          { name: "vault", data: part(({ vaultPaid }) => vaultPaid), stack: "all" },
          { name: "charged to winners", data: part(({ charged }) => charged), stack: "all" },
          { name: "shortfall", data: part(({ shortfall }) => shortfall), stack: "all" },
        ],
        "% of open interest",
      ),
    ),
    figure(
      "fig-liquidated",
      "What was liquidated before anybody defaulted, by who took it, and what was torn up.",
      bars(
        names,
        [
          { name: "to signed orders", data: part(({ toOrders }) => toOrders), stack: "all" },
          { name: "to the keeper", data: part(({ toKeeper }) => toKeeper), stack: "all" },
          { name: "to the vault", data: part(({ toVault }) => toVault), stack: "all" },
          { name: "torn up", data: part(({ tornUp }) => tornUp), stack: "all" },
        ],
        "% of open interest",
      ),
    ),
    ...scenarios.map(seriesFigure),
  ];
}

function seriesFigure({ name, openInterest, series }: ScenarioResult): string {
  const { seconds, prices, vault, deficit, locked } = series;
  const over = (values: readonly number[]) =>
    values.map((value, i): [number, number] => [seconds[i]!, (100 * value) / openInterest]);
  return figure(
    `fig-scenario-${name.replace(/[^\w-]+/g, "-")}`,
    `${name}: marks (left), the vault's equity and open deficits as a part of open interest (right); shaded while a group is locked.`,
    lines(
      [
        ...Object.entries(prices).map(([asset, marks]) => ({
          name: asset,
          points: marks.map((mark, i): [number, number] => [seconds[i]!, mark]),
        })),
        { name: "vault", points: over(vault), right: true },
        { name: "deficit", points: over(deficit), right: true, dashed: true },
      ],
      { x: "seconds", y: "mark / first mark", right: "% of open interest", shaded: stretches(seconds, locked) },
    ),
  );
}

/** From where to where something is above zero. */
export function stretches(seconds: readonly number[], locked: readonly number[]): [number, number][] {
  const list: [number, number][] = [];
  let from: number | undefined;
  seconds.forEach((second, i) => {
    if (locked[i]! > 0) from ??= second;
    else if (from !== undefined) {
      list.push([from, second]);
      from = undefined;
    }
  });
  if (from !== undefined) list.push([from, seconds.at(-1)!]);
  return list;
}

function cascadePart(name: string, rows: readonly CascadeRow[]): string[] {
  const label = ({ closes, book }: CascadeRow) => `${closes === "least" ? "the least" : "the whole"}, ${book}`;
  return [
    figure(
      "fig-cascade",
      `${name}: the same prices when liquidations move them along a depth curve: closing the least that restores margin, or the whole position.`,
      bars(rows.map(label), [{ name: "liquidated", data: rows.map(({ liquidated }) => liquidated) }], "quote"),
    ),
    table("cascade", `${name}: cascades`, [
      ["closes", "book", "liquidated", "liquidations", "absorbed", "deficit", "lowest mark"],
      ...rows.map((row) => [
        row.closes,
        row.book,
        money(row.liquidated),
        count(row.liquidations),
        count(row.absorbed),
        money(row.deficit),
        row.lowest.toFixed(3),
      ]),
    ]),
  ];
}

function attackPart(rows: readonly AttackRow[]): string[] {
  const sets = [...new Set(rows.map(({ set }) => set))];
  return [
    figure(
      "fig-attack",
      "One person on both sides lets one of them default: what he has more afterwards, as a part of his notional on a side, by the size of the gap. Fees are paid.",
      lines(
        sets.map((name) => ({
          name,
          points: rows
            .filter(({ set }) => set === name)
            .map(({ gap, gain }): [number, number] => [100 * gap, 100 * gain])
            .sort(([a], [b]) => a - b),
        })),
        { x: "gap, % of mark", y: "gain, % of notional" },
      ),
    ),
    table("attacks", "Both sides: who paid", [
      ["parameters", "share of interest", "gap", "gain", "by the vault", "by winners"],
      ...rows.map((row) => [
        row.set,
        percent(row.share),
        percent(row.gap),
        percent(row.gain),
        percent(row.byVault),
        percent(row.byWinners),
      ]),
    ]),
  ];
}

function monteCarloPart({ runs, distributions }: MonteCarlo): string[] {
  const metrics = ["vault paid", "charged", "shortfall"].filter((name) => runs.some((run) => name in run.metrics));
  return [
    figure(
      "fig-monte-carlo",
      `Monte Carlo, ${count(runs.length)} runs with parameters, people and prices drawn: who paid, by the largest jump of the path.`,
      lines(
        metrics.map((name) => ({
          name,
          loose: true,
          points: runs.map(({ jump, metrics: found }): [number, number] => [100 * jump, found[name]!]),
        })),
        { x: "largest jump, %", y: "% of open interest" },
      ),
    ),
    table("monte-carlo", "Monte Carlo: all runs, and what goes along with it (rank correlation)", [
      ["metric", "unit", "median", "95%", "worst", "goes along with"],
      ...distributions.map(({ metric, unit, median, p95, worst, drivers }) => [
        metric,
        unit,
        significant(median),
        significant(p95),
        significant(worst),
        Object.entries(drivers)
          .sort(([, a], [, b]) => Math.abs(b) - Math.abs(a))
          .slice(0, 3)
          .map(([name, value]) => `${name} ${value.toFixed(2)}`)
          .join(", "),
      ]),
    ]),
  ];
}

// SPDX-License-Identifier: MIT
import { count, textTable } from "../../tools/table.js";
import { GAPS } from "./attack.js";
import type { AttackRow, CascadeRow, Distribution, ScenarioResult, StressReport } from "./result.js";

/** The report for people. */
export function text(report: StressReport): string {
  const { scenarios, attacks, monteCarlo, accounts, seed } = report;
  const parts: string[] = [];
  if (scenarios.length > 0) {
    parts.push(
      `The default waterfall, ${accounts} accounts, seed ${seed}; quote`,
      textTable(waterfalls(scenarios)),
      "Locks, charges, and what was left",
      textTable(afterwards(scenarios)),
    );
  }
  for (const { name, cascade } of scenarios) {
    if (cascade)
      parts.push(
        `${name}: the same prices with more or less of what liquidations do to them`,
        textTable(cascadeTable(cascade)),
      );
  }
  if (attacks.length > 0) {
    parts.push(
      "Both sides in one hand, one of them defaults: what he has more afterwards, % of his notional on a side, fees paid",
      textTable(attackTable(attacks)),
    );
  }
  if (monteCarlo) {
    const { runs, distributions } = monteCarlo;
    parts.push(
      `Monte Carlo: ${runs.length} runs, parameters, people and prices drawn`,
      textTable(distributionTable(distributions)),
    );
  }
  return parts.join("\n\n");
}

function waterfalls(scenarios: readonly ScenarioResult[]): string[][] {
  const head = ["scenario", "open interest", "calls", "liquidated", "to vault", "absorbed", "deficit"];
  const more = ["vault paid", "charged", "shortfall", "vault took", "torn up"];
  return [
    [...head, ...more],
    ...scenarios.map(({ name, openInterest, waterfall: w }) => [
      name,
      whole(openInterest),
      count(w.marginCalls),
      whole(w.toOrders + w.toKeeper + w.toVault),
      whole(w.toVault),
      count(w.absorbed),
      whole(w.deficit),
      whole(w.vaultPaid),
      whole(w.charged),
      whole(w.shortfall),
      whole(w.vaultTook),
      whole(w.tornUp),
    ]),
  ];
}

function afterwards(scenarios: readonly ScenarioResult[]): string[][] {
  const head = [
    "scenario",
    "lowest",
    "locks",
    "longest s",
    "locked %",
    "charge % of mark",
    "% of jump",
    "% of an equity",
  ];
  return [
    [...head, "vault before", "after", "r", "below zero", "their debt", "the vault's", "promises"],
    ...scenarios.map(({ name, lowest, locks, worstCharge: worst, ...rest }) => [
      name,
      lowest.toFixed(3),
      count(locks.count),
      count(locks.longest),
      percent(locks.share),
      percent(worst.ofMark),
      percent(worst.ofJump),
      percent(worst.ofEquity),
      whole(rest.vaultBefore),
      whole(rest.vaultAfter),
      rest.recoveryRate.toFixed(6),
      count(rest.leftBelowZero),
      whole(rest.leftDebt),
      whole(rest.vaultDebt),
      verdict(rest.broken, rest.calm),
    ]),
  ];
}

function verdict(broken: readonly string[], calm: boolean): string {
  if (broken.length > 0) return `${broken.length} BROKEN`;
  return calm ? "hold" : "hold, not at rest after an hour";
}

function cascadeTable(rows: readonly CascadeRow[]): string[][] {
  return [
    ["closes", "book", "liquidated", "liquidations", "absorbed", "deficit", "lowest mark"],
    ...rows.map((row) => [
      row.closes === "least" ? "the least (as shipped)" : "the whole",
      row.book,
      whole(row.liquidated),
      count(row.liquidations),
      count(row.absorbed),
      whole(row.deficit),
      row.lowest.toFixed(3),
    ]),
  ];
}

function attackTable(rows: readonly AttackRow[]): string[][] {
  const sets = [...new Set(rows.map(({ set }) => set))];
  return [
    ["parameters", ...GAPS.map((gap) => `gap ${100 * gap}%`)],
    ...sets.map((set) => [
      set,
      ...GAPS.map((gap) => {
        const row = rows.find((each) => each.set === set && each.gap === gap);
        return row ? percent(row.gain) : "-";
      }),
    ]),
  ];
}

function distributionTable(distributions: readonly Distribution[]): string[][] {
  return [
    ["metric", "unit", "median", "95%", "worst", "goes along with (rank correlation)"],
    ...distributions.map(({ metric, unit, median, p95, worst, drivers }) => [
      metric,
      unit,
      median.toFixed(2),
      p95.toFixed(2),
      worst.toFixed(2),
      strongest(drivers),
    ]),
  ];
}

function strongest(drivers: Record<string, number>): string {
  return Object.entries(drivers)
    .sort(([, a], [, b]) => Math.abs(b) - Math.abs(a))
    .slice(0, 2)
    .map(([name, value]) => `${name} ${value.toFixed(2)}`)
    .join(", ");
}

function whole(value: number): string {
  return count(Math.round(value));
}

function percent(share: number): string {
  return (100 * share).toFixed(2);
}

// SPDX-License-Identifier: MIT
import type { MonteCarlo, ScenarioResult, StressReport, Waterfall } from "../stress/result.js";
import { axis, chart, upright } from "./chart.js";
import { figure, percent } from "./numbers.js";
import type { Figure, Section } from "./page.js";

export function stressSection(report: StressReport): Section {
  const broken = report.scenarios.flatMap(({ name, broken }) => broken.map((promise) => `${name}: ${promise}`));
  return {
    title: "Stress",
    text: [
      `${report.scenarios.length} scenarios of about ${report.accounts} accounts, seed ${report.seed}, all on the contracts with the keeper's own plan.`,
      broken.length === 0 ? "No promise was broken." : `BROKEN: ${broken.join("; ")}.`,
    ],
    figures: [
      { caption: "How far each scenario used the waterfall, quote.", rows: waterfallRows(report.scenarios) },
      waterfallChart(report.scenarios),
      ...report.scenarios.map(seriesFigure),
      ...report.scenarios.filter(({ cascade }) => cascade).map(cascadeTable),
      { caption: "One person on both sides who lets one default, as parts of his notional.", rows: attackRows(report) },
      ...(report.monteCarlo ? [monteCarloTable(report.monteCarlo)] : []),
    ],
  };
}

const STAGES: [string, (waterfall: Waterfall) => number][] = [
  ["vault pays", ({ vaultPaid }) => vaultPaid],
  ["winners are charged", ({ charged }) => charged],
  ["shortfall", ({ shortfall }) => shortfall],
];

function waterfallRows(scenarios: ScenarioResult[]): string[][] {
  const head = ["scenario", "calls", "liquidations", "to orders", "to keeper", "to vault", "absorbed", "deficit"];
  head.push(
    "vault pays",
    "charged",
    "shortfall",
    "torn up",
    "locks",
    "longest, s",
    "worst of equity",
    "r",
    "came to rest",
  );
  const rows = scenarios.map(({ name, waterfall: each, locks, worstCharge, recoveryRate, calm }) => [
    ...[name, figure(each.marginCalls), figure(each.liquidations), figure(each.toOrders), figure(each.toKeeper)],
    ...[figure(each.toVault), figure(each.absorbed), figure(each.deficit), figure(each.vaultPaid)],
    ...[figure(each.charged), figure(each.shortfall), figure(each.tornUp), figure(locks.count), figure(locks.longest)],
    ...[percent(worstCharge.ofEquity), figure(recoveryRate), calm ? "yes" : "no"],
  ]);
  return [head, ...rows];
}

function waterfallChart(scenarios: ScenarioResult[]): Figure {
  const svg = chart(
    {
      xAxis: { type: "category", data: scenarios.map(({ name }) => name), axisLabel: { rotate: 30, interval: 0 } },
      yAxis: upright("of open interest, %"),
      grid: { left: 80, right: 30, top: 48, bottom: 110 },
      series: STAGES.map(([name, of]) => ({
        ...{ name, type: "bar" as const, stack: "deficit" },
        data: scenarios.map(({ waterfall, openInterest }) =>
          Number(((100 * of(waterfall)) / openInterest).toPrecision(6)),
        ),
      })),
    },
    400,
  );
  return { caption: "Who paid the deficit, as parts of one side's open interest.", svg };
}

function seriesFigure({ name, description, series }: ScenarioResult): Figure {
  const line = (label: string, values: number[], yAxisIndex = 0, more: object = {}) => ({
    ...{ name: label, type: "line" as const, showSymbol: false, yAxisIndex, ...more },
    data: series.seconds.map((second, index) => [second, values[index]!]),
  });
  const most = Math.max(1, ...series.locked);
  const svg = chart({
    xAxis: axis("seconds", { max: "dataMax" }),
    yAxis: [upright("price, first = 1", { scale: true }), upright("quote", { nameGap: 70 })],
    grid: { left: 80, right: 90, top: 48, bottom: 56 },
    series: [
      ...Object.entries(series.prices).map(([market, values]) => line(`price ${market}`, values)),
      line("vault", series.vault, 1, { lineStyle: { type: "dashed" } }),
      line("owed by who is below zero", series.deficit, 1, { areaStyle: { opacity: 0.2 } }),
      line(
        "locked",
        series.locked.map((count) => (count > 0 ? series.vault[0]! * (count / most) * 0.05 : 0)),
        1,
        {
          ...{ step: "end" as const, lineStyle: { width: 0 }, areaStyle: { opacity: 0.25, color: "#999" } },
        },
      ),
    ],
  });
  return { caption: `${name}: ${description} Grey at the foot: locked.`, svg };
}

function cascadeTable({ name, cascade }: ScenarioResult): Figure {
  const head = ["a liquidation closes", "book", "liquidations", "liquidated", "absorbed", "deficit", "lowest price"];
  const rows = cascade!.map((row) => [
    ...[row.closes === "least" ? "what restores margin" : "the whole position", row.book, figure(row.liquidations)],
    ...[figure(row.liquidated), figure(row.absorbed), figure(row.deficit), percent(row.lowest)],
  ]);
  return { caption: `${name}: how far a cascade goes.`, rows: [head, ...rows] };
}

function attackRows({ attacks }: StressReport): string[][] {
  return [
    ["parameters", "his part of open interest", "gap", "he gains", "of the vault", "of the winners"],
    ...attacks.map(({ set, share, gap, gain, byVault, byWinners }) => [
      ...[set, percent(share), percent(gap), percent(gain), percent(byVault), percent(byWinners)],
    ]),
  ];
}

function monteCarloTable({ runs, distributions }: MonteCarlo): Figure {
  const rows = distributions.map(({ metric, unit, median, p95, worst, drivers }) => {
    const strongest = Object.entries(drivers).sort(([, a], [, b]) => Math.abs(b) - Math.abs(a));
    const named = strongest.slice(0, 3).map(([name, value]) => `${name} ${value.toFixed(2)}`);
    return [metric, unit, figure(median), figure(p95), figure(worst), named.join(", ")];
  });
  const caption = `${runs.length} runs with drawn parameters and paths; the last column has the rank correlations that are strongest.`;
  return { caption, rows: [["metric", "unit", "median", "95%", "worst", "goes with"], ...rows] };
}

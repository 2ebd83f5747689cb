// SPDX-License-Identifier: MIT
import { quantile, rankCorrelation } from "../../tools/statistics.js";
import type { Parameters } from "./parameters.js";
import type { Distribution, MonteCarloRun } from "./result.js";

/** Median, 95% and worst of a metric over runs, and how it goes along with what was drawn. */
export function distribution(metric: string, unit: string, runs: readonly MonteCarloRun[]): Distribution {
  const values = runs.map(({ metrics }) => metrics[metric]!);
  const names = Object.keys(runs[0]?.parameters ?? {}) as (keyof Parameters)[];
  const inputs: [string, number[]][] = names.map((name) => [
    name,
    runs.map(({ parameters }) => (name === "mode" ? Number(parameters.mode === "PRORATA") : Number(parameters[name]))),
  ]);
  inputs.push(["fall", runs.map(({ fall }) => fall)], ["jump", runs.map(({ jump }) => jump)]);
  const drivers = Object.fromEntries(inputs.map(([name, list]) => [name, rankCorrelation(list, values)]));
  return {
    metric,
    unit,
    median: quantile(values, 0.5),
    p95: quantile(values, 0.95),
    worst: Math.max(...values),
    drivers,
  };
}

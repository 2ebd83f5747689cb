// SPDX-License-Identifier: MIT
import type { CalibrationReport, MarketCalibration } from "../calibrate/result.js";
import { backtestRows, levelRows, proposalRows } from "../calibrate/tables.js";
import { axis, chart, upright } from "./chart.js";
import { figure, percent } from "./numbers.js";
import type { Figure, Section } from "./page.js";

export function calibrationSection({ prices, depth, markets }: CalibrationReport): Section {
  const missed = markets.flatMap(({ asset, backtests }) =>
    backtests.filter(({ holds }) => !holds).map(({ chance }) => `${asset} at ${chance}`),
  );
  return {
    title: "Calibration",
    text: [
      `Prices: ${prices}. Depth: ${depth}.`,
      missed.length === 0
        ? "Every level held out of sample."
        : `Levels that failed out of sample: ${missed.join(", ")}.`,
    ],
    figures: markets.flatMap(marketFigures),
  };
}

function marketFigures(market: MarketCalibration): Figure[] {
  const { asset, vault } = market;
  const held = `${asset}: the vault needs ${figure(vault.amount)} quote for a chance of ${vault.chance} a year that winners are charged: a move of ${percent(vault.yearlyMove)} on ${percent(vault.exposed)} of the cap. Now ${figure(vault.current)}.`;
  return [
    tail(market),
    { caption: `${asset}: the largest move over one lockDelay in an hour.`, rows: levelRows(market) },
    { caption: held, rows: proposalRows(market) },
    {
      caption: `${asset}: levels fitted on the first 60% of the hours, counted in the rest.`,
      rows: backtestRows(market),
    },
    ...exceedances(market),
  ];
}

function tail({ asset, counted, fitted }: MarketCalibration): Figure {
  const points = (list: typeof counted) => list.map(({ move, chance }) => [100 * move, chance]);
  const svg = chart({
    xAxis: axis("move, % of the mark"),
    yAxis: upright("chance an hour to exceed it", { type: "log" }),
    series: [
      { name: "counted", type: "scatter", symbolSize: 4, data: points(counted) },
      { name: "fitted", type: "line", showSymbol: false, data: points(fitted) },
    ],
  });
  return { caption: `${asset}: the tail of its moves.`, svg };
}

function exceedances({ asset, backtests }: MarketCalibration): Figure[] {
  const [test] = backtests;
  if (!test || test.times.length === 0) return [];
  const svg = chart(
    {
      xAxis: { type: "time" },
      yAxis: upright("exceeded", { max: 2, show: false }),
      series: [{ name: "hour beyond the level", type: "scatter", data: test.times.map((time) => [time * 1000, 1]) }],
    },
    160,
  );
  return [
    {
      caption: `${asset}: when the level of ${test.chance} was exceeded out of sample; clusters speak against it.`,
      svg,
    },
  ];
}

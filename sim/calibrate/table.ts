// SPDX-License-Identifier: MIT
import { count, textTable } from "../../tools/table.js";
import type { CalibrationReport, MarketReport } from "./result.js";

/** What `--json` prints of a market, and of all. */
export function linesOf(report: CalibrationReport): object[] {
  const { markets, lockDelay, vault, targets, fromFiles, notes } = report;
  return [...markets.map(({ plots: _, ...market }) => market), { lockDelay, vault, targets, fromFiles, notes }];
}

/** The report for a reader. */
export function textOf(report: CalibrationReport): string {
  const { lockDelay, vault, markets, notes } = report;
  return [
    ...notes.map((note) => `! ${note}`),
    ...markets.flatMap(marketText),
    "",
    `lockDelay ${lockDelay.value} s (now ${lockDelay.now}): ${lockDelay.why}`,
    `vault budgets of all markets ${money(vault.proposed)} quote (now ${money(vault.now)})`,
  ].join("\n");
}

function marketText(market: MarketReport): string[] {
  const { asset, rows, years, step, horizons, returnLevels, sensitivity, lockDelays, validations } = market;
  const { proposals, knownMoves, outOfSample, rule, beyondMargin, beyondHalf, gapsAYear, deleveraging } = market;
  return [
    "",
    `${asset}: ${count(rows)} marks, one every ${step} s, ${years.toFixed(2)} years`,
    "",
    textTable([
      ["parameter", "unit", "now", "proposed", "why"],
      ...proposals.map((each) => [
        each.name,
        each.unit,
        count(Number(each.now)),
        count(Number(each.value)),
        each.clipped ? `${each.why} (asked for ${each.wanted}: clipped)` : each.why,
      ]),
    ]),
    "",
    textTable([
      ["a year", "now", "proposed"],
      ["jumps beyond maintenance margin", rare(beyondMargin.now), rare(beyondMargin.proposed)],
      ["jumps beyond half of it, full discount", rare(beyondHalf.now), rare(beyondHalf.proposed)],
      ["gaps", rare(gapsAYear.now), rare(gapsAYear.proposed)],
      ["chance that winners pay, %", percent(deleveraging.now), percent(deleveraging.proposed)],
      [
        `excess in the worst hours, % (fees ${percent(rule.fees)})`,
        percent(rule.excessNow),
        percent(rule.excessProposed),
      ],
    ]),
    "",
    textTable([
      ["largest move within", "s", "windows", "tail from %", "shape", "+-", "by moments", ...levelHeads(market)],
      ...horizons.map((each) => [
        each.name,
        count(each.seconds),
        count(each.windows),
        percent(each.threshold),
        each.shape.toFixed(2),
        each.shapeError.toFixed(2),
        each.momentsShape.toFixed(2),
        ...each.levels.flatMap((level) => [percent(level.historical), percent(level.fitted)]),
        ...each.levels
          .slice(1, 2)
          .flatMap((level) => [percent(level.historicalShortfall), percent(level.fittedShortfall)]),
      ]),
    ]),
    "",
    ...returnLevels.map(
      ({ perYear, move, low, high }) =>
        `over a lock, ${perYear} a year: ${percent(move)}% (90% of resampled histories: ${percent(low)} to ${percent(high)})`,
    ),
    `the largest seen: ${percent(market.largest)}%`,
    ...knownMoves.map(
      ({ when, move, seconds, perYear }) =>
        `published, ${when}: ${percent(move)}% within ${seconds} s: expected ${rare(perYear)} a year by this history`,
    ),
    "",
    textTable([
      ["tail of", "moves", "from %", "shape", "once a year %", "once a century %"],
      ...sensitivity.map((each) => [
        `${each.tailRate} a year`,
        count(each.exceedances),
        percent(each.threshold),
        each.shape.toFixed(2),
        percent(each.onceAYear),
        percent(each.onceACentury),
      ]),
    ]),
    "",
    textTable([
      ["lock delay s", "99.9% move %", "once a year %", "gaps a year", "locked %"],
      ...lockDelays.map((each) => [
        count(each.seconds),
        percent(each.move999),
        percent(each.onceAYear),
        rare(each.gapsAYear),
        percent(each.lockedShare),
      ]),
    ]),
    "",
    textTable([
      ["out of sample", "horizon s", "level %", "expected", "seen", "in runs", "Kupiec p", "independent p", "both p"],
      ...validations.map((each) => [
        `${each.method} ${level(each.share)}`,
        count(each.horizon),
        percent(each.level),
        each.expected.toFixed(1),
        count(each.observed),
        count(each.runs),
        probability(each.proportion.pValue),
        probability(each.independence.pValue),
        probability(each.conditional.pValue),
      ]),
    ]),
    `a maintenance margin of ${percent(outOfSample.maintenanceMargin)}% from the first part: ${outOfSample.beyond} jumps beyond it in ${outOfSample.years.toFixed(2)} years of the rest, ` +
      `${outOfSample.expected.toFixed(2)} expected (Kupiec p ${probability(outOfSample.proportion.pValue)})`,
  ];
}

function levelHeads({ horizons }: MarketReport): string[] {
  const levels = horizons[0]!.levels;
  return [
    ...levels.flatMap(({ share }) => [`${level(share)} counted`, "fitted"]),
    ...levels.slice(1, 2).flatMap(({ share }) => [`beyond ${level(share)}: mean counted`, "fitted"]),
  ];
}

function percent(share: number): string {
  if (!Number.isFinite(share)) return "infinite";
  return share !== 0 && share < 5e-5 ? (100 * share).toPrecision(2) : (100 * share).toFixed(2);
}

function level(share: number): string {
  return `${Number((100 * (1 - share)).toPrecision(8))}%`;
}

function rare(times: number): string {
  return times >= 100 ? count(Math.round(times)) : times.toPrecision(2);
}

function probability(p: number): string {
  return p < 0.0001 ? "<0.0001" : p.toFixed(4);
}

function money(quote: number): string {
  return count(Math.round(quote));
}

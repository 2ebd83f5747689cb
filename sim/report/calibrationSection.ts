// SPDX-License-Identifier: MIT
import type { CalibrationReport, MarketReport } from "../calibrate/result.js";
import { count, money, percent, significant } from "./format.js";
import { escape, figure, paragraph, section, table } from "./html.js";
import { lines } from "./plot.js";

/** What the data ask for, and how far the method can be trusted. */
export function calibrationSection(report: CalibrationReport): string {
  const { prices, depth, notes, lockDelay, vault, markets } = report;
  return section(
    "calibration",
    "Calibration and validation",
    `<div class="warning">${notes.map((note) => `<p>${escape(note)}</p>`).join("")}</div>`,
    paragraph(`Prices: ${prices}. Depth: ${depth}.`),
    paragraph(
      `Lock delay ${lockDelay.value} s (now ${lockDelay.now} s), ${lockDelay.why}. Vault budgets together ${money(vault.proposed)} quote (now ${money(vault.now)}).`,
    ),
    ...markets.flatMap(marketPart),
  );
}

function marketPart(market: MarketReport): string[] {
  const { asset, years, rows, plots, knownMoves } = market;
  const p = (value: number) => (value < 0.0001 ? "<0.0001" : value.toFixed(4));
  return [
    `<h3>${escape(asset)}</h3>`,
    paragraph(
      `${count(rows)} marks over ${years.toFixed(2)} years; largest move over a lock ${percent(market.largest)}.`,
    ),
    table(`proposals-${asset}`, `${asset}: what the data ask for, within the contracts' bounds`, [
      ["parameter", "unit", "now", "proposed", "why"],
      ...market.proposals.map(({ name, unit, now, value, why, clipped, wanted }) => [
        name,
        unit,
        count(Number(now)),
        count(Number(value)),
        clipped ? `${why} (asked for ${wanted}: clipped)` : why,
      ]),
    ]),
    table(`frequencies-${asset}`, `${asset}: how often what the parameters guard against would happen`, [
      ["a year", "now", "proposed"],
      ["jumps beyond maintenance margin", ...both(market.beyondMargin, significant)],
      ["jumps beyond half of it: discount at its cap", ...both(market.beyondHalf, significant)],
      ["gaps: locks", ...both(market.gapsAYear, significant)],
      ["chance that winners pay, at the hard cap", ...both(market.deleveraging, percent)],
      [
        `expected excess over MM in the worst hours; fees of both sides ${percent(market.rule.fees)}`,
        ...both({ now: market.rule.excessNow, proposed: market.rule.excessProposed }, percent),
      ],
    ]),
    figure(
      `fig-marks-${asset}`,
      `${asset}: the history that was used.`,
      lines([{ name: asset, points: plots.marks }], { x: "time", y: "mark", time: true, height: 260 }),
    ),
    figure(
      `fig-tail-${asset}`,
      `${asset}: the share of lock-long windows with a move beyond x, counted and as fitted by a generalized Pareto distribution.`,
      lines(
        [
          { name: "counted", points: scaled(plots.counted), loose: true },
          { name: "fitted", points: scaled(plots.fitted) },
        ],
        { x: "move, %", y: "share of windows", logX: true, logY: true },
      ),
    ),
    figure(
      `fig-outofsample-${asset}`,
      `${asset}: the largest moves in the part of the history that was not used for the fit, and the levels from the part that was.`,
      lines(
        [
          { name: "moves", points: plots.moves.map(([time, move]) => [time, 100 * move] as const), loose: true },
          ...plots.levels.map(({ share, level }) => ({
            name: `${Number((100 * (1 - share)).toPrecision(8))}%`,
            dashed: true,
            points: ends(plots.moves).map((time) => [time, 100 * level] as const),
          })),
        ],
        { x: "time", y: "move, %", time: true },
      ),
    ),
    table(`validation-${asset}`, `${asset}: levels of the first 60% of the history on the rest`, [
      ["method", "share", "horizon s", "level", "expected", "seen", "in runs", "Kupiec p", "independence p", "both p"],
      ...market.validations.map((each) => [
        each.method,
        percent(each.share),
        count(each.horizon),
        percent(each.level),
        each.expected.toFixed(1),
        count(each.observed),
        count(each.runs),
        p(each.proportion.pValue),
        p(each.independence.pValue),
        p(each.conditional.pValue),
      ]),
    ]),
    paragraph(
      `A maintenance margin of ${percent(market.outOfSample.maintenanceMargin)} from the first part: ${count(market.outOfSample.beyond)} jumps beyond it in ${market.outOfSample.years.toFixed(2)} years of the rest, ${market.outOfSample.expected.toFixed(2)} expected (Kupiec p ${p(market.outOfSample.proportion.pValue)}).`,
    ),
    table(`returns-${asset}`, `${asset}: moves over a lock by how often they come`, [
      ["a year", "move", "90% of resampled histories: from", "to"],
      ...market.returnLevels.map((level) => [
        significant(level.perYear),
        percent(level.move),
        percent(level.low),
        percent(level.high),
      ]),
    ]),
    ...knownMoves.map(({ when, move, seconds, perYear }) =>
      paragraph(
        `Published move of ${when}: ${percent(move)} within ${seconds} s. This history expects ${significant(perYear)} a year.`,
      ),
    ),
    table(`horizons-${asset}`, `${asset}: levels by horizon, counted and fitted, and the mean beyond them`, [
      [
        "largest move",
        "s",
        "windows",
        "shape",
        "+-",
        "by moments",
        "share",
        "counted",
        "fitted",
        "mean counted",
        "fitted",
      ],
      ...market.horizons.flatMap((h) =>
        h.levels.map((level) => [
          h.name,
          count(h.seconds),
          count(h.windows),
          h.shape.toFixed(2),
          h.shapeError.toFixed(2),
          h.momentsShape.toFixed(2),
          percent(level.share),
          percent(level.historical),
          percent(level.fitted),
          percent(level.historicalShortfall),
          percent(level.fittedShortfall),
        ]),
      ),
    ]),
    table(`sensitivity-${asset}`, `${asset}: how much depends on where the tail begins`, [
      ["moves a year in the tail", "moves", "from", "shape", "once a year", "once a century"],
      ...market.sensitivity.map((each) => [
        count(each.tailRate),
        count(each.exceedances),
        percent(each.threshold),
        each.shape.toFixed(2),
        percent(each.onceAYear),
        percent(each.onceACentury),
      ]),
    ]),
    table(`lockdelays-${asset}`, `${asset}: what another lock delay would mean, at the proposed gap threshold`, [
      ["lock delay s", "99.9% move", "once a year", "gaps a year", "time locked"],
      ...market.lockDelays.map((row) => [
        count(row.seconds),
        percent(row.move999),
        percent(row.onceAYear),
        significant(row.gapsAYear),
        percent(row.lockedShare),
      ]),
    ]),
  ];
}

function both(pair: { now: number; proposed: number }, write: (value: number) => string): string[] {
  return [write(pair.now), write(pair.proposed)];
}

function scaled(points: readonly (readonly [number, number])[]): [number, number][] {
  return points.filter(([move, share]) => move > 0 && share > 0).map(([move, share]) => [100 * move, share]);
}

function ends(moves: readonly (readonly [number, number])[]): number[] {
  const times = moves.map(([time]) => time);
  return [times.reduce((a, b) => Math.min(a, b)), times.reduce((a, b) => Math.max(a, b))];
}

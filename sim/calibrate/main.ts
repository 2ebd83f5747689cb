// SPDX-License-Identifier: MIT
// npm run calibrate: parameters from prices and depth, and a test of them out of sample. See USAGE and docs/lab.md.
import { writeFileSync } from "node:fs";
import { OptionError, main } from "../../bench/options.js";
import { textTable } from "../../bench/table.js";
import { figure, percent } from "../report/numbers.js";
import { calibrate } from "./calibrate.js";
import { proposedParameters } from "./file.js";
import { TooCoarse } from "./moves.js";
import { OPTIONS, USAGE, calibrationInput } from "./options.js";
import type { CalibrationReport } from "./result.js";
import { SampleTooSmall } from "./tail.js";
import { backtestRows, levelRows, proposalRows } from "./tables.js";

await main(USAGE, OPTIONS, async ({ json, out, ...values }) => {
  const input = calibrationInput(values);
  let report: CalibrationReport;
  try {
    report = calibrate(input);
  } catch (error) {
    if (error instanceof TooCoarse || error instanceof SampleTooSmall) throw new OptionError(error.message);
    throw error;
  }
  if (out) writeFileSync(out, proposedParameters(input.parameters, report));
  console.log(json ? JSON.stringify(report) : text(report));
});

function text({ prices, depth, markets }: CalibrationReport): string {
  const parts = [`prices: ${prices}`, `depth: ${depth}`];
  for (const market of markets) {
    const { shape, threshold, exceedances } = market.tail;
    const { amount, current, chance, yearlyMove, exposed } = market.vault;
    parts.push(
      `\n${market.asset}: ${figure(market.hours)} hours; tail of ${exceedances} beyond ${percent(threshold)}, shape ${shape.toFixed(2)}\n`,
      ...[textTable(levelRows(market)), "", textTable(proposalRows(market)), "", textTable(backtestRows(market))],
      `\nvault: ${figure(amount)} quote for a chance of ${chance} a year (a move of ${percent(yearlyMove)} on ${percent(exposed)} of the cap); now ${figure(current)}`,
    );
  }
  return parts.join("\n");
}

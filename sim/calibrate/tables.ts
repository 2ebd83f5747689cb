// SPDX-License-Identifier: MIT
import { figure, percent } from "../report/numbers.js";
import type { MarketCalibration } from "./result.js";

// Rows of text, the first of them the header.

export function levelRows({ levels }: MarketCalibration): string[][] {
  const head = ["chance an hour", "move, fitted", "counted", "mean beyond, fitted", "counted"];
  const rows = levels.map((level) => [
    ...[String(level.chance), percent(level.fitted), percent(level.counted)],
    ...[percent(level.shortfall), percent(level.countedShortfall)],
  ]);
  return [head, ...rows];
}

export function proposalRows({ proposals }: MarketCalibration): string[][] {
  const head = ["parameter", "now", "proposed", "bounds", "clipped", "why"];
  const rows = proposals.map(({ parameter, current, proposed, low, high, clipped, why }) => [
    ...[parameter, figure(current), figure(proposed), `${figure(low)} to ${figure(high)}`, clipped ? "yes" : "", why],
  ]);
  return [head, ...rows];
}

export function backtestRows({ backtests }: MarketCalibration): string[][] {
  const head = ["level of", "level", "hours tested", "expected", "exceeded", "Kupiec p", "Christoffersen p", "holds"];
  const rows = backtests.map((test) => [
    ...[String(test.chance), percent(test.level), figure(test.hours), figure(test.expected), figure(test.exceeded)],
    ...[test.kupiec.p.toFixed(3), test.christoffersen.p.toFixed(3), test.holds ? "yes" : "NO"],
  ]);
  return [head, ...rows];
}

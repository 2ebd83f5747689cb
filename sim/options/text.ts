// SPDX-License-Identifier: MIT
import { count as exactly, textTable } from "../../tools/table.js";
import type { Report } from "./report.js";

/** The report for a reader. */
export function textOf(report: Report): string {
  const { notes, fits, coverage, capital, plays, shaded, broken } = report;
  return [
    ...notes.map((note) => `! ${note}`),
    ...broken.map((what) => `BROKEN ${what}`),
    "",
    "Smiles: every second quote fitted, the error at the others",
    textTable([
      [
        "days to expiry",
        "ladders",
        "quotes unseen",
        "median, vol points",
        "p95",
        "within bid and ask",
        "mended",
        "arbitrage",
      ],
      ...fits.map((fit) => [
        count(fit.days),
        count(fit.slices),
        count(fit.quotes),
        fit.medianPoints.toFixed(3),
        fit.p95Points.toFixed(3),
        percent(fit.within),
        count(fit.mended),
        count(fit.arbitrage),
      ]),
    ]),
    "",
    "Coverage: does a day's loss exceed initial margin once in a hundred days?",
    textTable([
      ["book", "days", "beyond", "worst, of margin", "margin, of spot", "Kupiec p", "independence p"],
      ...coverage.map((each) => [
        each.book,
        count(each.days),
        count(each.failures),
        percent(each.worst),
        percent(each.margin),
        each.proportion.pValue.toFixed(3),
        each.independence.pValue.toFixed(3),
      ]),
    ]),
    "",
    "Capital: initial margin, netted and each leg alone",
    textTable([
      ["sort", "accounts", "netted", "alone", "saved"],
      ...capital.map((each) => [
        each.sort,
        count(each.accounts),
        count(each.portfolio),
        count(each.separate),
        percent(each.saved),
      ]),
    ]),
    "",
    "Plays",
    textTable([
      [
        "play",
        "locks",
        "slices",
        "defaults",
        "deficit",
        "vault",
        "charged",
        "shortfall",
        "theta",
        "second",
        "below both",
        "what",
      ],
      ...plays.map((each) => [
        each.name,
        count(each.locks),
        count(each.slices),
        count(each.defaults),
        count(each.deficit),
        count(each.vaultPaid),
        count(each.charged),
        count(each.shortfall),
        percent(each.largestTheta),
        count(each.secondDefaults),
        count(each.belowBoth),
        each.says,
      ]),
    ]),
    "",
    "Who defaulted, and who paid the charges",
    textTable([
      ["play", "defaults by sort", "charges by sort"],
      ...plays.filter(({ defaults }) => defaults > 0).map((each) => [each.name, by(each.defaultsOf), by(each.paidBy)]),
    ]),
    "",
    "A poster who moves volatilities as far as one post may",
    textTable([
      ["post", "equity moved", "of all margin", "liquidatable", "below zero", "who gains"],
      ...shaded.map((each) => [
        each.post,
        count(each.moved),
        percent(each.part),
        count(each.liquidatable),
        count(each.below),
        by(each.gainBy),
      ]),
    ]),
  ].join("\n");
}

function count(value: number): string {
  return exactly(Math.round(value));
}

function by(record: Readonly<Record<string, number>>): string {
  return Object.entries(record)
    .map(([name, value]) => `${name} ${count(value)}`)
    .join(", ");
}

function percent(part: number): string {
  return `${(100 * part).toFixed(1)}%`;
}

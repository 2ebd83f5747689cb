// SPDX-License-Identifier: MIT
import { count as exactly, textTable } from "../../tools/table.js";
import type { ComparedOptionLock } from "./locks.js";
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

/** Locks on the contracts and on the model. */
export function locksText(locks: readonly ComparedOptionLock[]): string {
  const row = (name: string, where: string, lock: ComparedOptionLock["model"]) => [
    name,
    where,
    count(lock.defaults.length),
    lock.deficit.toFixed(2),
    lock.charged.toFixed(2),
    `${(100 * lock.theta).toFixed(3)}%`,
    count(lock.paid.filter((paid) => paid > 0.001).length),
    lock.shortfall.toFixed(2),
  ];
  const { names, series, bought, others } = locks[0]!;
  const margin = (which: string, { accounts, contracts, model, less, more }: ComparedOptionLock["others"]) => [
    ...[which, count(accounts), count(contracts), count(model), percent(less), percent(more)],
  ];
  return [
    `Locks of ${names.length} accounts in ${series} series on the contracts, and on the model from the same state`,
    textTable([
      ["jump", "on", "defaults", "deficit", "charged", "theta", "paid", "shortfall", "largest difference"],
      ...locks.flatMap(({ jump, contracts, model, largestDifference }) => [
        [...row(jump.name, "contracts", contracts), largestDifference.toExponential(1)],
        [...row(jump.name, "model", model), ""],
      ]),
    ]),
    "",
    "Their initial margin before",
    textTable([
      ["accounts that", "accounts", "contracts", "model", "contracts: less by at most", "more by at most"],
      margin("have only bought", bought),
      margin("have sold, or hold futures", others),
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

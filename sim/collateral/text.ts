// SPDX-License-Identifier: MIT
import { count as exactly, textTable } from "../../tools/table.js";
import type { Report } from "./report.js";

/** The report for a reader. */
export function textOf({ notes, scenes, policies, plays, broken }: Report): string {
  return [
    ...notes.map((note) => `! ${note}`),
    ...broken.map((what) => `BROKEN ${what}`),
    "",
    textTable([["scene", "haircut", "what"], ...scenes.map((each) => [each.name, percent(each.haircut), each.says])]),
    "",
    textTable([["rules", "what"], ...policies.map((each) => [each.name, each.says])]),
    "",
    "Who paid, quote",
    textTable([
      [
        "scene",
        "rules",
        "pledged",
        "liquidated",
        "buyers",
        "line in time",
        "line at once",
        "defaults",
        "deficit",
        "vault",
        "winners",
        "shortfall",
        "theta",
      ],
      ...plays.map(({ scene, policy, tally }) => [
        scene,
        policy,
        count(tally.pledged),
        count(tally.liquidated),
        count(tally.byBuyers),
        count(tally.byLineInTime),
        count(tally.byLineInLock),
        count(tally.defaults),
        count(tally.deficit),
        count(tally.vaultPaid),
        count(tally.charged),
        count(tally.shortfall),
        percent(tally.largestTheta),
      ]),
    ]),
    "",
    "What it cost pledgers and the line, quote",
    textTable([
      [
        "scene",
        "rules",
        "discount, mean",
        "largest",
        "pledgers lost",
        "line gained, when it bought",
        "when sold",
        "budgets took of it",
        "fee for its loss",
        "years of 2%",
        "invariants",
      ],
      ...plays.map(({ scene, policy, tally, meanDiscount, pledgersLost, feeNeeded, yearsOfFee }) => [
        scene,
        policy,
        percent(meanDiscount),
        percent(tally.largestDiscount),
        count(pledgersLost),
        count(tally.lineAtPurchase),
        count(tally.lineResult),
        count(tally.ofLine),
        percent(feeNeeded),
        yearsOfFee.toFixed(1),
        [...new Set(tally.broken.map((what) => what.slice(0, 6)))].join(" ") || "hold",
      ]),
    ]),
  ].join("\n");
}

function count(value: number): string {
  return exactly(Math.round(value) || 0);
}

function percent(part: number): string {
  return `${(100 * part).toFixed(1)}%`;
}

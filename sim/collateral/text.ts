// SPDX-License-Identifier: MIT
import { count as exactly, textTable } from "../../tools/table.js";
import type { ComparedLock } from "./locks.js";
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

/** Locks on the contracts and on the model. */
export function locksText(locks: readonly ComparedLock[]): string {
  const row = (scene: string, where: string, lock: ComparedLock["model"]) => [
    scene,
    where,
    count(lock.defaults.length),
    lock.byLine.toFixed(2),
    lock.lineGain.toFixed(2),
    lock.deficit.toFixed(2),
    lock.shortfall.toFixed(2),
  ];
  return [
    "Locks on the contracts, and on the model from the same state; all prices jump at once, and the vault has no budget",
    textTable([
      ["scene", "on", "defaults", "line paid", "line gained", "deficit", "shortfall", "largest difference"],
      ...locks.flatMap(({ scene, contracts, model, largestDifference }) => [
        [...row(scene, "contracts", contracts), largestDifference.toFixed(6)],
        [...row(scene, "model", model), ""],
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

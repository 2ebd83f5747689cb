// SPDX-License-Identifier: MIT
import { count, textTable } from "../../tools/table.js";
import type { PolicySummary } from "../policies/summary.js";
import type { ReplayReport } from "./result.js";

/** What `--json` prints of a policy. */
export function lineOf(summary: PolicySummary): Record<string, string | number | null> {
  const { policy, needed, taken, overshoot, residual, losersClosed, haircutSpread } = summary;
  const { rounds, transactions, maxGas, accountsTouched } = summary;
  return {
    policy,
    needed,
    taken,
    overshoot,
    residual,
    losersClosed,
    haircutSpread,
    rounds,
    transactions,
    maxGas,
    accountsTouched,
  };
}

/** The report for a reader. */
export function textOf(report: ReplayReport): string {
  return [
    `${report.source}: ${count(report.accounts)} positions, of them ${report.defaulters} defaulters of rounds`,
    `topped up to initial margin: ${report.toppedUp.accounts} (${money(report.toppedUp.quote)}); left out as dust: ${report.dust.accounts}, as below zero at the first price: ${report.insolvent.accounts}`,
    "",
    textTable(report.policies.length === 0 ? [["no rounds"]] : moneyTable(report.policies)),
    "",
    textTable(report.policies.length === 0 ? [["no rounds"]] : fairnessTable(report.policies)),
    "",
    ...report.comparisons.flatMap(({ policy, against, cheaper, dearer, cheaperAtEnd, dearerAtEnd }) => [
      `${policy} against ${against}: at execution cheaper for ${cheaper.accounts} accounts (${money(cheaper.quote)}), dearer for ${dearer.accounts} (${money(dearer.quote)}); ` +
        `at the last price cheaper for ${cheaperAtEnd.accounts} (${money(cheaperAtEnd.quote)}), dearer for ${dearerAtEnd.accounts} (${money(dearerAtEnd.quote)})`,
    ]),
    ...report.leaving.map(
      ({ leavers, withoutLock: { escaped, meanFactor, worstFactor, roundsWithShortfall, shortfall } }) =>
        `without a lock, if the ${leavers} largest left before the bill: ${money(escaped)} escape, who stays pays ${times(meanFactor)} on average, ${times(worstFactor)} at worst; ` +
        `${roundsWithShortfall} rounds with a shortfall of ${money(shortfall)} in all`,
    ),
    `the largest winner's order to close, before the absorb: ${names(report.refusals.before)}; in the lock: ${names(report.refusals.locked)}`,
    "",
    ...dayText(report),
    "",
    ...report.claims.map(({ name, holds, found }) => `${holds ? "holds " : "BROKEN"}  ${name}: ${found}`),
  ].join("\n");
}

function moneyTable(policies: readonly PolicySummary[]): string[][] {
  return [
    [
      "policy",
      "needed",
      "taken",
      "overshoot",
      "residual",
      "to wave end",
      "to the end",
      "closed",
      "losers closed",
      "txs",
      "max gas",
    ],
    ...policies.map((each) => [
      each.policy,
      money(each.needed),
      money(each.taken),
      each.overshoot.toFixed(4),
      each.residual.toFixed(2),
      money(each.markoutWaveEnd),
      money(each.markoutEnd),
      money(each.closedNotional),
      money(each.losersClosed),
      count(each.transactions),
      count(each.maxGas),
    ]),
  ];
}

function fairnessTable(policies: readonly PolicySummary[]): string[][] {
  return [
    [
      "policy",
      "touched",
      "closed",
      "full closes",
      "most closed",
      "of equity",
      "waves' mean",
      "of gain",
      "spread",
      "top ten",
      "Jain equals",
      "Jain winners",
      "below anchor",
    ],
    ...policies.map((each) => [
      each.policy,
      percent(each.touchedShare),
      percent(each.closedShare),
      count(each.fullCloses),
      percent(each.largestFraction),
      percent(each.largestHaircutOfEquity),
      percent(each.meanWaveHaircutOfEquity),
      percent(each.largestHaircutOfGain),
      percent(each.haircutSpread),
      percent(each.topTenShare),
      each.jainEquals.toFixed(3),
      each.jainWinners.toFixed(3),
      count(each.belowAnchor),
    ]),
  ];
}

/** The same figures of two populations, for each policy: of files, and of those that are drawn. */
export function besideTable(files: ReplayReport, drawn: ReplayReport): string[][] {
  const figures = (each: PolicySummary | undefined) =>
    each === undefined
      ? ["", "", "", "", "", ""]
      : [
          each.overshoot.toFixed(4),
          percent(each.touchedShare),
          count(each.fullCloses),
          percent(each.largestHaircutOfEquity),
          percent(each.meanWaveHaircutOfEquity),
          each.jainEquals.toFixed(3),
        ];
  const head = ["overshoot", "touched", "full closes", "of equity", "waves' mean", "Jain equals"];
  return [
    ["policy", ...head, ...head.map((name) => `drawn: ${name}`)],
    ...files.policies.map((each) => [
      each.policy,
      ...figures(each),
      ...figures(drawn.policies.find(({ policy }) => policy === each.policy)),
    ]),
  ];
}

function dayText({ day }: ReplayReport): string[] {
  if (!day) return ["the prices at their own times were not played"];
  const { locks, lockedSeconds, lockedShare, liquidations, absorbed, deleverages, failures } = day;
  return [
    `at their own times, with a prompt keeper: ${locks.length} locks, ${liquidations} liquidations, ${absorbed} absorbed, ${deleverages} deleverages`,
    `deficit ${money(day.deficit)} = vault ${money(day.vaultPaid)} + charged ${money(day.charged)} + shortfall ${money(day.shortfall)}; torn up ${money(day.tornUp)}`,
    ...Object.entries(lockedSeconds).map(
      ([asset, seconds]) => `${asset} locked for ${seconds} s, ${percent(lockedShare[asset]!)} of the time`,
    ),
    ...locks.map(
      (lock) =>
        `  ${lock.asset} ${at(lock.from)} to ${at(lock.until)}: ${lock.anchor} -> ${lock.frozen}, ${lock.defaulters} defaulters, deficit ${money(lock.deficit)}, torn up ${money(lock.tornUp)}, theta ${percent(lock.theta)}`,
    ),
    ...(Object.keys(failures).length > 0 ? [`the keeper's failed transactions: ${names(failures)}`] : []),
  ];
}

function names(record: Record<string, number>): string {
  const list = Object.entries(record).map(([name, times]) => `${name} ${times}`);
  return list.length === 0 ? "none" : list.join(", ");
}

/** A factor; null: there is nobody. */
function times(factor: number | null): string {
  return factor === null ? "nothing (nobody does)" : `${factor.toFixed(2)} times as much`;
}

function money(value: number): string {
  return new Intl.NumberFormat("en-US", { maximumFractionDigits: 0 }).format(value);
}

function percent(share: number): string {
  return share !== 0 && Math.abs(share) < 1e-4 ? `${(share * 100).toExponential(1)}%` : `${(share * 100).toFixed(2)}%`;
}

function at(time: number): string {
  return new Date(time * 1000).toISOString().slice(11, 19);
}

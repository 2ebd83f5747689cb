// SPDX-License-Identifier: MIT
import type { QueueReport, ReplayReport, RoundReport } from "../replay/result.js";
import { axis, chart, upright } from "./chart.js";
import { clock, figure, percent } from "./numbers.js";
import type { Figure, Section } from "./page.js";

export function replaySection(report: ReplayReport): Section {
  const broken = report.claims.filter(({ holds }) => !holds);
  return {
    title: "Replay",
    text: [
      `${figure(report.accounts)} accounts in ${report.assets.join(" and ")}, ${report.source}. The first two policies ran on the contracts, the others off-chain on the same rounds and the same accounts.`,
      broken.length === 0
        ? `All ${report.claims.length} claims that were checked hold.`
        : `BROKEN: ${broken.map(({ name }) => name).join("; ")}.`,
      ...report.notes,
    ],
    figures: [
      policyTable(report),
      budgets(report),
      { caption: "What was claimed, and what was found.", rows: claimRows(report) },
      ...report.queues.map(queue),
      gas(report),
      roundTable(report),
      ...day(report),
      {
        caption: "For whom which policy was cheaper, at execution and until the last price.",
        rows: comparisons(report),
      },
      { caption: "If the largest winners had left before the bill, without a lock.", rows: leaving(report) },
    ],
  };
}

function policyTable({ policies }: ReplayReport): Figure {
  const head = ["policy", "where", "needed", "taken", "overshoot", "residual", "losers closed", "haircut spread"];
  head.push(
    "of equity, mean wave",
    "touched",
    "full closes",
    "transactions",
    "most gas",
    "markout wave",
    "markout end",
  );
  const rows = policies.map((each) => [
    ...[each.policy, each.onChain ? "contracts" : "off-chain", figure(each.needed), figure(each.taken)],
    ...[figure(each.overshoot), figure(each.residual), figure(each.losersClosed), percent(each.haircutSpread)],
    ...[percent(each.meanWaveHaircutOfEquity), figure(each.accountsTouched), figure(each.fullCloses)],
    ...[figure(each.transactions), figure(each.maxGas), figure(each.markoutWaveEnd), figure(each.markoutEnd)],
  ]);
  return { caption: "Policies on the same rounds, quote. docs/lab.md explains each column.", rows: [head, ...rows] };
}

function budgets({ policies }: ReplayReport): Figure {
  const bar = (name: string, values: number[]) => ({ name, type: "bar" as const, data: values });
  const svg = chart({
    xAxis: { type: "category", data: policies.map(({ policy }) => policy), axisLabel: { rotate: 20 } },
    yAxis: upright("quote"),
    series: [
      bar(
        "needed",
        policies.map(({ needed }) => needed),
      ),
      bar(
        "taken at execution",
        policies.map(({ taken }) => taken),
      ),
      bar(
        "taken, with the move to the wave's end",
        policies.map((each) => each.taken + each.markoutWaveEnd),
      ),
    ],
  });
  return { caption: "Budget needed and taken.", svg };
}

function claimRows({ claims }: ReplayReport): string[][] {
  return [["claim", "holds", "found"], ...claims.map(({ name, holds, found }) => [name, holds ? "yes" : "NO", found])];
}

function queue({ policy, asset, time, mark, before, after }: QueueReport): Figure {
  const line = (name: string, points: typeof before) => ({
    ...{ name, type: "scatter" as const, symbolSize: 5 },
    data: points.map(({ entry, size }) => [entry, size]),
  });
  const svg = chart({
    xAxis: axis("entry price", { scale: true }),
    yAxis: upright("size of the level", { type: "log" }),
    series: [line("before", before), line("after", after)],
  });
  const caption = `The ${policy} queue of ${asset} around its largest round, at ${clock(time)} and mark ${figure(mark)}: the head is at the most profitable entry.`;
  return { caption, svg };
}

function gas({ rounds }: ReplayReport): Figure {
  const policies = [...new Set(rounds.filter(({ settlement }) => settlement).map(({ policy }) => policy))];
  const svg = chart({
    xAxis: axis("accounts closed or charged in the round"),
    yAxis: upright("gas of the largest transaction"),
    series: policies.map((policy) => ({
      ...{ name: policy, type: "scatter" as const },
      data: rounds
        .filter((round) => round.policy === policy && round.settlement)
        .map((round) => [round.touched, round.settlement!.maxGas]),
    })),
  });
  return { caption: "Gas of a settlement.", svg };
}

function roundTable({ rounds }: ReplayReport): Figure {
  const head = [
    "policy",
    "market",
    "time",
    "needed",
    "taken",
    "closed",
    "holders",
    "touched",
    "charge per unit",
    "gas",
  ];
  const played = rounds.filter(({ settlement }) => settlement);
  const rows = played.map((round: RoundReport) => [
    ...[round.policy, round.asset, clock(round.time), figure(round.needed), figure(round.taken), figure(round.closed)],
    ...[figure(round.holders), figure(round.touched), figure(round.settlement!.chargePerUnit)],
    figure(round.settlement!.maxGas),
  ]);
  return { caption: "Rounds on the contracts.", rows: [head, ...rows] };
}

function day({ day }: ReplayReport): Figure[] {
  if (!day) return [];
  const rows = day.locks.map((lock) => [
    ...[lock.asset, clock(lock.from), clock(lock.until), figure(lock.defaulters), figure(lock.deficit)],
    ...[figure(lock.vaultPaid), figure(lock.charged), figure(lock.shortfall), percent(lock.theta)],
  ]);
  const head = [
    "market",
    "locked",
    "unlocked",
    "defaulters",
    "deficit",
    "vault",
    "charged",
    "shortfall",
    "of the gain",
  ];
  const shares = Object.entries(day.lockedShare).map(([asset, share]) => `${asset} ${percent(share)} of the time`);
  return [{ caption: `Locks of the day with a prompt keeper: ${shares.join(", ")}.`, rows: [head, ...rows] }];
}

function comparisons({ comparisons }: ReplayReport): string[][] {
  const cell = ({ accounts, quote }: { accounts: number; quote: number }) => `${figure(accounts)}: ${figure(quote)}`;
  return [
    ["policy", "against", "cheaper for", "dearer for", "cheaper at the end", "dearer at the end"],
    ...comparisons.map((each) => [
      ...[each.policy, each.against, cell(each.cheaper), cell(each.dearer)],
      ...[cell(each.cheaperAtEnd), cell(each.dearerAtEnd)],
    ]),
  ];
}

function leaving({ leaving }: ReplayReport): string[][] {
  return [
    ["largest who leave", "charge of the others, at most", "on average", "rounds short", "shortfall", "escaped"],
    ...leaving.map(({ leavers, withoutLock }) => [
      ...[figure(leavers), `x ${figure(withoutLock.worstFactor)}`, `x ${figure(withoutLock.meanFactor)}`],
      ...[figure(withoutLock.roundsWithShortfall), figure(withoutLock.shortfall), figure(withoutLock.escaped)],
    ]),
  ];
}

// SPDX-License-Identifier: MIT
import type { PolicySummary } from "../policies/summary.js";
import type { QueueReport, ReplayReport, RoundReport } from "../replay/result.js";
import { clock, count, money, percent, significant, tally } from "./format.js";
import { figure, list, paragraph, section, table } from "./html.js";
import { bars, lines } from "./plot.js";

/** What the contracts and other policies did in the rounds of the replay. */
export function replaySection(report: ReplayReport): string {
  return section(
    "replay",
    "Replay",
    paragraph(
      `${report.source}: ${count(report.accounts)} positions on the contracts, ${count(report.rounds.length / Math.max(1, report.policies.length))} rounds under each policy.`,
    ),
    list([
      `topped up to initial margin: ${count(report.toppedUp.accounts)} (${money(report.toppedUp.quote)} quote); left out as dust: ${count(report.dust.accounts)} (${money(report.dust.quote)}), as below zero from the start: ${count(report.insolvent.accounts)} (${money(report.insolvent.quote)})`,
      ...report.notes,
    ]),
    table("claims", "What is promised of each round, and what was found", [
      ["claim", "holds", "found"],
      ...report.claims.map(({ name, holds, found }) => [name, holds ? "yes" : "BROKEN", found]),
    ]),
    ...(report.policies.length === 0 ? [paragraph("No rounds.")] : roundsPart(report)),
    ...dayPart(report),
  );
}

function roundsPart(report: ReplayReport): string[] {
  const { policies, queues } = report;
  const names = policies.map(({ policy }) => policy);
  return [
    ...policyTables(policies),
    figure(
      "fig-budget",
      "What the defaulters owed, what the policy took at execution, and what those closed missed until the end of their wave (below zero: were spared). Quote.",
      bars(
        names,
        [
          { name: "needed", data: policies.map(({ needed }) => needed) },
          { name: "taken at execution", data: policies.map(({ taken }) => taken) },
          { name: "missed to the wave's end", data: policies.map(({ markoutWaveEnd }) => markoutWaveEnd) },
        ],
        "quote",
      ),
    ),
    figure(
      "fig-haircut",
      "The largest haircut of an account, as a part of its equity: of all rounds, and of each wave, averaged over waves.",
      bars(
        names,
        [
          { name: "largest", data: policies.map(({ largestHaircutOfEquity }) => 100 * largestHaircutOfEquity) },
          { name: "waves' mean", data: policies.map(({ meanWaveHaircutOfEquity }) => 100 * meanWaveHaircutOfEquity) },
        ],
        "% of equity",
      ),
    ),
    figure(
      "fig-touched",
      "Of all who held the closed side: who paid or was closed, and who was closed.",
      bars(
        names,
        [
          { name: "touched", data: policies.map(({ touchedShare }) => 100 * touchedShare) },
          { name: "closed", data: policies.map(({ closedShare }) => 100 * closedShare) },
        ],
        "% of accounts",
      ),
    ),
    ...queues.map(queueFigure),
    waterfallFigure(report),
    gasFigure(report),
    table("comparisons", "For whom one policy was better than another", [
      [
        "policy",
        "against",
        "cheaper for",
        "by",
        "dearer for",
        "by",
        "at the end: cheaper for",
        "by",
        "dearer for",
        "by",
      ],
      ...report.comparisons.map(({ policy, against, ...c }) => [
        policy,
        against,
        count(c.cheaper.accounts),
        money(c.cheaper.quote),
        count(c.dearer.accounts),
        money(c.dearer.quote),
        count(c.cheaperAtEnd.accounts),
        money(c.cheaperAtEnd.quote),
        count(c.dearerAtEnd.accounts),
        money(c.dearerAtEnd.quote),
      ]),
    ]),
    table("leaving", "If there were no lock and the largest winners left before the bill", [
      ["leavers", "escaped", "others pay, on average", "at worst", "rounds with a shortfall", "shortfall"],
      ...report.leaving.map(({ leavers, withoutLock: w }) => [
        count(leavers),
        money(w.escaped),
        significant(w.meanFactor),
        significant(w.worstFactor),
        count(w.roundsWithShortfall),
        money(w.shortfall),
      ]),
    ]),
    paragraph(
      `With the lock: the largest winner's order to close was refused before the absorb by ${tally(report.refusals.before)}; in the lock by ${tally(report.refusals.locked)}.`,
    ),
  ];
}

function policyTables(policies: readonly PolicySummary[]): string[] {
  return [
    table("policies", "The same rounds under each policy: money, quote", [
      ["policy", "on chain", "needed", "taken", "overshoot", "residual", "to wave end", "to the end"].concat([
        "closed",
        "losers closed",
        "transactions",
        "largest gas",
      ]),
      ...policies.map((p) => [
        p.policy,
        p.onChain ? "yes" : "simulated",
        money(p.needed),
        money(p.taken),
        significant(p.overshoot),
        significant(p.residual),
        money(p.markoutWaveEnd),
        money(p.markoutEnd),
        money(p.closedNotional),
        money(p.losersClosed),
        count(p.transactions),
        count(p.maxGas),
      ]),
    ]),
    table("fairness", "The same rounds under each policy: who", [
      [
        "policy",
        "touched",
        "closed",
        "in full",
        "largest part closed",
        "largest haircut of equity",
        "waves' mean",
      ].concat([
        "of gain",
        "spread per unit",
        "top ten's share",
        "Jain among equals",
        "among winners",
        "PTSR",
        "below their anchor",
        "losers charged",
      ]),
      ...policies.map((p) => [
        p.policy,
        percent(p.touchedShare),
        percent(p.closedShare),
        count(p.fullCloses),
        percent(p.largestFraction),
        percent(p.largestHaircutOfEquity),
        percent(p.meanWaveHaircutOfEquity),
        percent(p.largestHaircutOfGain),
        percent(p.haircutSpread),
        percent(p.topTenShare),
        p.jainEquals.toFixed(3),
        p.jainWinners.toFixed(3),
        significant(p.ptsr),
        count(p.belowAnchor),
        count(p.losersCharged),
      ]),
    ]),
  ];
}

/** Size from the head of the queue on, against the level. */
function queueFigure({ policy, asset, time, mark, before, after }: QueueReport): string {
  const walk = (points: QueueReport["before"]) => {
    let size = 0;
    return points.flatMap((point): [number, number][] => {
      const from = size;
      size += point.size;
      return [
        [from, point.entry],
        [size, point.entry],
      ];
    });
  };
  const id = `fig-queue-${policy}-${asset}`.replace(/[^\w-]+/g, "-");
  return figure(
    id,
    `${policy}, ${asset}: the queue of the closed side around its largest round, ${clock(time)}, mark ${money(mark)}. From the head: size along, entry level up. ` +
      "QUEUE cuts the head off; PRORATA makes every step shorter.",
    lines(
      [
        { name: "before", points: walk(before) },
        { name: "after", points: walk(after), dashed: true },
      ],
      { x: "size from the head, base", y: "entry level" },
    ),
  );
}

function settled(report: ReplayReport): RoundReport[] {
  return report.rounds.filter(({ settlement }) => settlement !== undefined);
}

function waterfallFigure(report: ReplayReport): string {
  const [first] = report.modes;
  const rounds = settled(report).filter(({ policy }) => policy.includes(first!));
  const own = rounds.length > 0 ? rounds : settled(report);
  const part = (pick: (settlement: NonNullable<RoundReport["settlement"]>) => number) =>
    own.map(({ settlement }) => pick(settlement!));
  return figure(
    "fig-replay-waterfall",
    `The deficit of each round (${own[0]?.policy}) and who paid it: the vault, the winners of the jump, nobody (shortfall). Quote.`,
    bars(
      own.map(({ asset, time }) => `${asset} ${clock(time)}`),
      [
        { name: "vault", data: part(({ vaultPaid }) => vaultPaid), stack: "all" },
        { name: "charged to winners", data: part(({ charged }) => charged), stack: "all" },
        { name: "shortfall", data: part(({ shortfall }) => shortfall), stack: "all" },
      ],
      "quote",
    ),
  );
}

function gasFigure(report: ReplayReport): string {
  const policies = [...new Set(settled(report).map(({ policy }) => policy))];
  return figure(
    "fig-gas",
    "Gas of the largest deleverage transaction of each round against the accounts that it settled.",
    lines(
      policies.map((name) => ({
        name,
        loose: true,
        points: settled(report)
          .filter(({ policy }) => policy === name)
          .map(({ holders, settlement }): [number, number] => [holders, settlement!.maxGas]),
      })),
      { x: "holders of the side", y: "gas" },
    ),
  );
}

function dayPart(report: ReplayReport): string[] {
  const { day } = report;
  if (!day) return [paragraph("The prices at their own times were not played.")];
  return [
    ...report.assets.flatMap((asset) => {
      const locks = day.locks.filter((lock) => lock.asset === asset);
      if (locks.length === 0) return [];
      const marks = locks.flatMap(({ from, until, anchor, frozen }): [number, number][] => [
        [from, anchor],
        [from, frozen],
        [until, frozen],
      ]);
      return figure(
        `fig-day-${asset}`,
        `${asset}: the locks of the day at their own times (shaded), each from its anchor to its frozen mark, with a prompt keeper.`,
        lines([{ name: "anchors and frozen marks", points: marks }], {
          x: "time, UTC",
          y: "mark",
          time: true,
          shaded: locks.map(({ from, until }): [number, number] => [from, until]),
        }),
      );
    }),
    table("locks", "The locks of the day", [
      ["asset", "from", "until", "anchor", "frozen", "defaulters", "deficit", "vault", "charged", "shortfall", "theta"],
      ...day.locks.map((lock) => [
        lock.asset,
        clock(lock.from),
        clock(lock.until),
        significant(lock.anchor),
        significant(lock.frozen),
        count(lock.defaulters),
        money(lock.deficit),
        money(lock.vaultPaid),
        money(lock.charged),
        money(lock.shortfall),
        percent(lock.theta),
      ]),
    ]),
    list(
      Object.entries(day.lockedSeconds).map(
        ([asset, seconds]) =>
          `${asset}: locked for ${count(seconds)} s, ${percent(day.lockedShare[asset]!)} of the time`,
      ),
    ),
    paragraph(
      `${count(day.liquidations)} liquidations, ${count(day.absorbed)} absorbed, ${count(day.deleverages)} deleverages; deficit ${money(day.deficit)} = vault ${money(day.vaultPaid)} + charged ${money(day.charged)} + shortfall ${money(day.shortfall)}. Failed transactions of the keeper: ${tally(day.failures)}.`,
    ),
  ];
}

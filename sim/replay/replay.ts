// SPDX-License-Identifier: MIT
import type { ModeName } from "../../deploy/deploy-novation.js";
import type { DoJobs } from "../jobs/Jobs.js";
import { summarise, type PlayedRound, type PolicySummary } from "../policies/summary.js";
import type { ReadArtifact } from "../venue/deployVenue.js";
import { checkClaims, checkSettlements } from "./claims.js";
import { compare, distributionsOf, leaving } from "./compare.js";
import { entrantsOf, type Entrants } from "./defaulters.js";
import type { ReplayInput } from "./input.js";
import { doReplayJob, shippedArtifacts, type ModePlay, type ReplayJob } from "./job.js";
import { laterMarks, otherPolicies, playOffchain } from "./offchain.js";
import type { QueueReport, ReplayReport, RoundReport } from "./result.js";
import type { ChainRound } from "./rounds.js";
import type { QueuePoint, Settlement } from "./settlement.js";

export interface ReplayOptions {
  modes: ModeName[];
  /** Draws the random order. */
  seed: number;
  /** Into how many accounts the quantity of a round is split, when it is large enough. */
  defaulters: number;
  /** The vault's budget in each market, quote. */
  vault: number;
  /** Also play the prices at their own times. */
  day: boolean;
  artifact?: ReadArtifact;
  say?: (text: string) => void;
  /** Who plays the modes. Default: this process, one after the other. */
  doJobs?: DoJobs<ReplayJob>;
}

const POINTS = 200;
const LEAVERS = [1, 10, 100];

/** Plays the input on the contracts in each mode, and under the policies of others; see docs/lab.md. */
export async function replay(input: ReplayInput, options: ReplayOptions): Promise<ReplayReport> {
  const { modes, defaulters, vault, day, say } = options;
  const artifact = options.artifact ?? shippedArtifacts();
  const doJobs: DoJobs<ReplayJob> =
    options.doJobs ??
    (async (jobs) => {
      const found: unknown[] = [];
      for (const job of jobs) found.push(await doReplayJob(job, artifact, say));
      return found;
    });
  const jobs = modes.map((mode, index): ReplayJob => {
    return { kind: "replay", input, mode, defaulters, vault, day: day && index === 0 };
  });
  const plays = await doJobs(jobs, (done, all, what) => say?.(`${done} of ${all}: ${what}`));
  const entrants = input.assets.map((asset) => entrantsOf(input, asset, defaulters));
  return reportOf(input, options, entrants, plays as ModePlay[]);
}

// ---------------------------------------------------------------- the report

function reportOf(input: ReplayInput, options: ReplayOptions, entrants: Entrants[], plays: ModePlay[]): ReplayReport {
  const played = new Map<string, PlayedRound[]>();
  const policies: PolicySummary[] = [];
  const rounds: RoundReport[] = [];
  for (const { mode, rounds: own, day } of plays) {
    const settlements: Settlement[] = input.rounds.length > 0 ? own : (day?.settlements ?? []);
    const list = settlements.map((each) => playedOf(input, each));
    played.set(mode, list);
    const gas = settlements.flatMap((each) => [...each.gas, ...each.absorbGas]);
    policies.push(
      summarise(mode, list, { transactions: gas.length, maxGas: gas.length === 0 ? null : Math.max(...gas) }),
    );
    for (const each of settlements) rounds.push(roundReport(mode, each));
  }
  const books = plays[0]!.books;
  if (input.rounds.length > 0) {
    for (const { name, policy } of otherPolicies(options.seed)) {
      const list = playOffchain(policy, input, books);
      played.set(name, list);
      policies.push(summarise(name, list));
      for (const { metrics } of list) rounds.push({ ...metrics, policy: name });
    }
  }
  const production = played.get("production-queue");
  const firstRounds = plays[0]!.rounds;
  const total = (value: (each: Entrants) => { accounts: number; quote: number }) => ({
    accounts: entrants.reduce((sum, each) => sum + value(each).accounts, 0),
    quote: entrants.reduce((sum, each) => sum + value(each).quote, 0),
  });
  const everybody = entrants.flatMap(({ list }) => list);
  return {
    source: input.source,
    assets: input.assets,
    accounts: everybody.length,
    policies,
    rounds,
    toppedUp: total(({ toppedUp }) => toppedUp),
    dust: total(({ dust }) => dust),
    insolvent: total(({ insolvent }) => insolvent),
    defaulters: everybody.filter(({ round }) => round !== undefined).length,
    distributions: [...played].map(([policy, list]) => distributionsOf(policy, list)),
    queues: plays.flatMap(({ mode, rounds: own }) => input.assets.flatMap((asset) => largestQueue(mode, asset, own))),
    comparisons: production
      ? plays.map(({ mode }) => compare(mode, played.get(mode)!, "production-queue", production))
      : [],
    leaving: firstRounds.length > 0 ? LEAVERS.map((leavers) => leaving(firstRounds, leavers)) : [],
    refusals: {
      before: tally(plays.flatMap((play) => play.rounds.map((round) => round.leaving.before))),
      locked: tally(plays.flatMap((play) => play.rounds.map((round) => round.leaving.locked))),
    },
    day: plays[0]!.day?.report,
    claims: plays.flatMap(({ mode, rounds: own, day }) => [
      ...(own.length > 0 ? checkClaims(mode, own) : []),
      ...(day ? checkSettlements(`${mode}, at their own times`, day.settlements) : []),
    ]),
    modes: options.modes,
    seconds: plays.map(({ seconds }) => seconds),
    notes: NOTES,
  };
}

function playedOf(input: ReplayInput, settlement: Settlement): PlayedRound {
  const round = (settlement as Partial<ChainRound>).round;
  const { metrics, long, holders, shares } = settlement;
  const last = input.prices.filter(({ asset }) => asset === metrics.asset).at(-1)!.mark;
  const later = round ? laterMarks(input, round) : { waveEndMark: metrics.mark, endMark: last };
  return {
    metrics,
    sign: long ? 1 : -1,
    ...later,
    shares,
    holders: holders.map(({ standing }) => `${metrics.asset} ${standing.id}`),
  };
}

function roundReport(policy: string, settlement: Settlement): RoundReport {
  const { metrics, defaulters, deficit, vaultPaid, charged, shortfall, chargePerUnit, jump, nodesClosed } = settlement;
  const { others = 0, leaving } = settlement as Partial<ChainRound>;
  return {
    ...metrics,
    policy,
    settlement: {
      defaulters,
      others,
      deficit,
      vaultPaid,
      charged,
      shortfall,
      chargePerUnit,
      jump,
      nodesClosed,
      deleverages: settlement.transactions,
      maxGas: Math.max(...settlement.gas),
      absorbGas: settlement.absorbGas.reduce((sum, gas) => sum + gas, 0),
      leavingBefore: leaving?.before,
      leavingLocked: leaving?.locked,
    },
  };
}

function largestQueue(policy: string, asset: string, rounds: readonly ChainRound[]): QueueReport[] {
  const own = rounds.filter(({ metrics }) => metrics.asset === asset);
  if (own.length === 0) return [];
  const largest = own.reduce((a, b) => (b.metrics.qty > a.metrics.qty ? b : a));
  const { time, mark } = largest.metrics;
  const [before, after] = [thin(largest.queueBefore), thin(largest.queueAfter)];
  return [{ policy, asset, time, mark, before, after }];
}

/** At most so many points, neighbours added up. */
function thin(points: readonly QueuePoint[]): QueuePoint[] {
  const each = Math.max(1, Math.ceil(points.length / POINTS));
  const result: QueuePoint[] = [];
  for (let from = 0; from < points.length; from += each) {
    const part = points.slice(from, from + each);
    const size = part.reduce((sum, point) => sum + point.size, 0);
    const weighted = part.reduce((sum, point) => sum + point.entry * point.size, 0);
    result.push({ entry: size === 0 ? part[0]!.entry : weighted / size, size });
  }
  return result;
}

function tally(names: readonly (string | undefined)[]): Record<string, number> {
  const result: Record<string, number> = {};
  for (const name of names) result[name ?? "allowed"] = (result[name ?? "allowed"] ?? 0) + 1;
  return result;
}

const NOTES = [
  "Fees, funding and open interest caps are off, and debts of 1 quote lock: the published figures have neither fee nor funding, and small rounds are played too. All else is as in deploy/parameters/local.json.",
  "Everybody trades with one counterparty, who holds the opposite of all; he is a holder of the queue like any other.",
  "The defaulters of a round are added to the population: longs of its quantity whose cash is gone exactly at the round's price, whom the keeper leaves alone until their round. A keeper on these contracts would have liquidated them before; see the day.",
  "In the rounds the clock is stretched: each has a lock of its own, also where that day seconds lay between them. At their own times (the day) rounds within one lock are one settlement.",
  "Accounts are isolated by asset; a position below the smallest trade of 10 quote is left out, and one below zero at the first price; one below initial margin at its entry gets the difference.",
  "The policies of others start from the book that the contracts hold at the first price and see the same rounds; what the keeper liquidates on the winning side between rounds, and others who default with a round's gap, they do not see.",
];

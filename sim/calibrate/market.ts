// SPDX-License-Identifier: MIT
import type { Depth } from "../stress/depth.js";
import type { MarketName } from "./bounds.js";
import { kupiec } from "./coverage.js";
import { TAIL_RATE, perYear, returnLevels, tailOf, windowsAYear, yearlyLevel } from "./frequency.js";
import { YEAR } from "./generate.js";
import { stepOf, type History } from "./history.js";
import { movesOver, worstHours, type Moves } from "./moves.js";
import type { NetworkMarket } from "./networkFile.js";
import { plotsOf } from "./plots.js";
import { feesOf, propose, worstExcess, type Evidence } from "./propose.js";
import type { HorizonReport, KnownMove, Level, LockDelayRow, MarketReport, Proposed, Sensitivity } from "./result.js";
import { MIN_TAIL, fitTail, historicalLevel, historicalShortfall, levelOf, shortfallOf, type Tail } from "./tail.js";
import type { TargetName } from "./targets.js";
import { SHARES, split, validate } from "./validate.js";

const WORST_HOURS = 0.01;
const WORST_TAIL = 0.02; // of the moves in those hours
const RATES = [12, 1, 0.1, 0.01];
const TAIL_RATES = [2_000, 500, 200, TAIL_RATE, 26];
const DELAYS = [60, 120, 300, 600];

export interface Venue {
  lockDelay: number;
  callGrace: number;
  deviation: bigint;
}

export interface MarketInput {
  history: History;
  depth: readonly Depth[] | undefined;
  network: NetworkMarket;
  venue: Venue;
  target: (name: TargetName) => number;
  seed: number;
}

interface Horizon {
  name: string;
  moves: Moves;
  tail: Tail;
}

/** Everything about one market. */
export function calibrateMarket(input: MarketInput): MarketReport {
  const { history, venue, seed } = input;
  const { lockDelay } = venue;
  const step = stepOf(history);
  const at = (name: string, seconds: number): Horizon => {
    const moves = movesOver(history, seconds);
    return { name, moves, tail: tailOf(moves) };
  };
  const round = at("between two marks", step);
  const lock = at("a lock", lockDelay);
  const anchor = at("an anchor's age at most, two locks", 2 * lockDelay);
  const call = at("grace of a margin call", venue.callGrace);
  const worst = worstTail(lock.moves);
  const tails = { round: round.tail, lock: lock.tail, anchor: anchor.tail, call: call.tail, worst };
  const evidence = evidenceOf(input, tails);
  const proposals = propose(evidence);
  const [from, until] = [history.times[0]!, history.times.at(-1)!];
  return {
    asset: history.asset,
    rows: history.times.length,
    from,
    until,
    step,
    mark: evidence.mark,
    years: (until - from) / YEAR,
    horizons: [round, lock, anchor, call].map(horizonReport),
    largest: lock.tail.sorted.at(-1)!,
    returnLevels: returnLevels(lock.moves, lock.tail, RATES, seed),
    sensitivity: TAIL_RATES.map((rate) => sensitivity(lock.moves, rate)),
    lockDelays: DELAYS.map((seconds) => lockDelayRow(history, seconds, ppm(proposals, "gapThreshold"))),
    ...frequencies(evidence, proposals),
    outOfSample: outOfSample(input),
    validations: [...validate(history, lockDelay), ...validate(history, 2 * lockDelay)],
    knownMoves: knownMoves(history),
    proposals,
    plots: plotsOf(history, lockDelay, lock.tail),
  };
}

function evidenceOf({ history, depth, network, venue, target }: MarketInput, tails: Evidence["tails"]): Evidence {
  return {
    asset: history.asset,
    mark: history.marks.at(-1)!,
    lockDelay: venue.lockDelay,
    tails,
    depth,
    target,
    now: network.now,
    budgetNow: network.budget,
    deviation: venue.deviation,
  };
}

function horizonReport({ name, moves, tail }: Horizon): HorizonReport {
  const { threshold, exceedances, shape, shapeError, scale, moments } = tail;
  return {
    name,
    seconds: moves.horizon,
    windows: moves.move.length,
    unchanged: moves.unchanged,
    skipped: moves.skipped,
    threshold,
    exceedances,
    shape,
    shapeError,
    scale,
    momentsShape: moments.shape,
    levels: SHARES.map((share) => level(tail, share)),
  };
}

function level(tail: Tail, share: number): Level {
  return {
    share,
    historical: historicalLevel(tail, share),
    fitted: levelOf(tail, share),
    historicalShortfall: historicalShortfall(tail, share),
    fittedShortfall: shortfallOf(tail, share),
  };
}

function worstTail(moves: Moves): Tail {
  const worst = worstHours(moves, WORST_HOURS);
  return fitTail(worst, Math.max(MIN_TAIL, Math.round(WORST_TAIL * worst.length)));
}

function sensitivity(moves: Moves, tailRate: number): Sensitivity {
  const tail = tailOf(moves, tailRate);
  return {
    tailRate,
    exceedances: tail.exceedances,
    threshold: tail.threshold,
    shape: tail.shape,
    onceAYear: yearlyLevel(tail, moves.horizon, 1),
    onceACentury: yearlyLevel(tail, moves.horizon, 0.01),
  };
}

function lockDelayRow(history: History, seconds: number, threshold: number): LockDelayRow {
  const tail = tailOf(movesOver(history, seconds));
  const gapsAYear = perYear(tailOf(movesOver(history, 2 * seconds)), 2 * seconds, threshold);
  return {
    seconds,
    move999: levelOf(tail, 0.001),
    onceAYear: yearlyLevel(tail, seconds, 1),
    gapsAYear,
    lockedShare: Math.min(1, (gapsAYear * seconds) / YEAR),
  };
}

type Frequencies = Pick<MarketReport, "rule" | "beyondMargin" | "beyondHalf" | "gapsAYear" | "deleveraging">;

/** How often what the parameters guard against would happen, with those of now and with those proposed. */
function frequencies(evidence: Evidence, proposals: readonly Proposed[]): Frequencies {
  const { tails, lockDelay, now, mark, target } = evidence;
  const [maintenance, proposed] = [Number(now.maintenanceMargin) / 1e6, ppm(proposals, "maintenanceMargin")];
  const beyondLock = (move: number) => perYear(tails.lock, lockDelay, move);
  const beyondAnchor = (move: number) => perYear(tails.anchor, 2 * lockDelay, move);
  // The jump at which those at risk at the hard cap owe as much as the budget.
  const chance = (margin: number, hardCap: number, budget: number) =>
    1 - Math.exp(-beyondLock(margin + budget / ((hardCap / 1e9) * mark * target("atrisk")) / 1e9));
  return {
    rule: {
      excessNow: worstExcess(tails.worst, maintenance),
      excessProposed: worstExcess(tails.worst, proposed),
      fees: feesOf(now),
    },
    beyondMargin: { now: beyondLock(maintenance), proposed: beyondLock(proposed) },
    beyondHalf: { now: beyondLock(maintenance / 2), proposed: beyondLock(proposed / 2) },
    gapsAYear: {
      now: beyondAnchor(effectiveGap(Number(now.gapThreshold) / 1e6, Number(now.initialMargin) / 1e6)),
      proposed: beyondAnchor(effectiveGap(ppm(proposals, "gapThreshold"), ppm(proposals, "initialMargin"))),
    },
    deleveraging: {
      now: chance(maintenance, Number(now.hardCap), Number(evidence.budgetNow)),
      proposed: chance(proposed, figure(proposals, "hardCap"), figure(proposals, "vaultBudget")),
    },
  };
}

/** What LockLib makes of a gap threshold. */
function effectiveGap(threshold: number, initial: number): number {
  return Math.min(threshold, initial / (2 + initial));
}

/** The maintenance margin that the first part of the history would have given, on the second. */
function outOfSample({ history, venue, target }: MarketInput): MarketReport["outOfSample"] {
  const { training, rest } = split(history);
  const { lockDelay } = venue;
  const tail = tailOf(movesOver(training, lockDelay));
  const maintenanceMargin = yearlyLevel(tail, lockDelay, target("beyond"));
  const { move } = movesOver(rest, lockDelay);
  const observed = move.reduce((sum, each) => sum + Number(each > maintenanceMargin), 0);
  const share = target("beyond") / windowsAYear(lockDelay);
  return {
    years: (move.length * lockDelay) / YEAR,
    maintenanceMargin,
    beyond: observed,
    expected: share * move.length,
    proportion: kupiec(observed, move.length, share),
  };
}

/**
 * Published moves of 10 October 2025 (docs/parameters.md), and how often a year the tail expects them within as many
 * seconds.
 */
const PUBLISHED: Readonly<Record<string, { when: string; move: number; seconds: number }>> = {
  BTC: { when: "2025-10-10 21:19:08", move: 1 - 102_959 / 108_202, seconds: 60 },
  SOL: { when: "2025-10-10 21:19:08", move: 1 - 148.46 / 160.58, seconds: 44 },
};

function knownMoves(history: History): KnownMove[] {
  const published = PUBLISHED[history.asset];
  if (!published) return [];
  const horizon = Math.max(published.seconds, stepOf(history));
  return [{ ...published, perYear: perYear(tailOf(movesOver(history, horizon)), horizon, published.move) }];
}

function figure(proposals: readonly Proposed[], name: MarketName | "vaultBudget"): number {
  return Number(proposals.find((each) => each.name === name)!.value);
}

function ppm(proposals: readonly Proposed[], name: MarketName): number {
  return figure(proposals, name) / 1e6;
}

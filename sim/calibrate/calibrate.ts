// SPDX-License-Identifier: MIT
import { LOCK_DELAY } from "../../sdk/parameters/venue.js";
import { OptionError } from "../../tools/options.js";
import type { Depth } from "../stress/depth.js";
import { readDepths } from "./depth.js";
import { generateDepth, generateHistories } from "./generate.js";
import { readHistories, stepOf, type History } from "./history.js";
import { calibrateMarket } from "./market.js";
import type { NetworkParameters } from "./networkFile.js";
import { TailError } from "./pareto.js";
import { bounded } from "./propose.js";
import type { CalibrationReport, MarketReport, Proposed } from "./result.js";
import { targetValues, type Targets } from "./targets.js";

export interface CalibrationOptions {
  /** CSV files; undefined: generated. */
  prices: readonly string[] | undefined;
  /** Of prices that do not name their market, and how far they may move within a day. */
  asset?: string | undefined;
  maxMove?: number | undefined;
  depth: string | undefined;
  /** Of the generated history, and of resampling. */
  days: number;
  seed: number;
  targets: Targets;
  network: NetworkParameters;
  say?: (text: string) => void;
}

const FAR = 5; // times the largest move seen
const COARSE = "marks come every";
const SHORT = 365.25 * 86_400 * 2;

/** Proposes parameters from a history and holds the method against the part of it that was not used. */
export function calibrate(options: CalibrationOptions): CalibrationReport {
  const began = Date.now();
  const { prices, depth, days, seed, targets, network } = options;
  const say = options.say ?? (() => {});
  if (prices === undefined) say(`NO PRICE FILE: drawing ${days} days from a model; the figures describe no market`);
  const histories = prices === undefined ? generateHistories(days, seed) : readHistories(prices, options);
  checkTargets(targets, histories);
  if (depth === undefined) say("NO DEPTH FILE: a made-up depth curve is used; caps and discounts describe no market");
  const curves = depth === undefined ? madeUp(histories) : readDepths(depth);

  const lockDelay = lockDelayOf(network, targets);
  const markets: MarketReport[] = [];
  for (const history of histories) {
    const { asset } = history;
    say(`${asset}: ${history.times.length} marks`);
    markets.push(
      named(asset, () =>
        calibrateMarket({
          history,
          depth: curves.get(asset),
          network: network.market(asset) ?? network.first(),
          seed,
          venue: {
            lockDelay: Number(lockDelay.value),
            callGrace: Number(network.venue("callGrace")),
            deviation: network.venue("vaultDiscount"),
          },
          target: (name) => targets(name, asset),
        }),
      ),
    );
  }
  const budgets = (which: "now" | "value") => sum(markets.map(({ proposals }) => Number(proposals.at(-1)![which])));
  return {
    fromFiles: { prices: prices !== undefined, depth: depth !== undefined },
    prices: prices?.join(", ") ?? `generated: ${days} days, seed ${seed}`,
    depth: depth ?? "made up",
    seed,
    targets: targetValues(targets),
    lockDelay,
    markets,
    vault: { now: budgets("now") / 1e9, proposed: budgets("value") / 1e9 },
    notes: notesOf(options, histories, curves, markets),
    seconds: Math.round((Date.now() - began) / 100) / 10,
  };
}

/** A target of one market is of one that there is. */
function checkTargets(targets: Targets, histories: readonly History[]): void {
  const known = histories.map(({ asset }) => asset);
  const stray = targets.assets.find((asset) => !known.includes(asset));
  if (stray !== undefined) throw new OptionError(`--target names ${stray}, but the prices are of ${known.join(", ")}`);
}

/** Twice the latency that keepers are known for, and otherwise as it is. */
function lockDelayOf(network: NetworkParameters, targets: Targets): Proposed {
  const now = network.venue("lockDelay");
  const needed = BigInt(Math.ceil(2 * targets("latency")));
  const late = needed > now;
  const why = late
    ? `twice the keepers' 99.9% latency of ${targets("latency")} s`
    : `kept: at least twice the keepers' latency, ${needed} s; a shorter lock has smaller jumps`;
  return bounded("lockDelay", "s", { wanted: late ? needed : now, why }, now, LOCK_DELAY);
}

function madeUp(histories: readonly History[]): Map<string, readonly Depth[]> {
  return new Map(
    histories.flatMap(({ asset, marks }) => {
      const curve = generateDepth(asset, marks.at(-1)!);
      return curve ? [[asset, curve]] : [];
    }),
  );
}

function notesOf(
  { prices, depth, network, targets }: CalibrationOptions,
  histories: readonly History[],
  curves: ReadonlyMap<string, unknown>,
  markets: readonly MarketReport[],
): string[] {
  const notes: string[] = [];
  if (prices === undefined) {
    notes.push(
      "The prices are drawn from a model (sim/calibrate/generate.ts), not from a market: nothing here may be deployed.",
    );
  }
  if (depth === undefined) notes.push("The depth curves are made up: caps, discounts and budgets describe no market.");
  for (const history of histories) {
    const [step, lock] = [stepOf(history), markets.find(({ asset }) => asset === history.asset)!];
    const { seconds } = lock.horizons[1]!;
    if (step > seconds) {
      notes.push(`${history.asset}: ${COARSE} ${step} s, more than a lock of ${seconds} s: moves count as if sudden.`);
    }
    if (history.times.at(-1)! - history.times[0]! < SHORT - 86_400) {
      notes.push(`${history.asset}: less than two years of marks; rare moves are guesses.`);
    }
    if (!curves.has(history.asset)) notes.push(`${history.asset}: no depth curve; caps and funding depth are kept.`);
    if (!network.market(history.asset)) {
      notes.push(`${history.asset}: not listed by ${network.network}.json: not written, and compared with its first.`);
    }
  }
  for (const { asset, proposals } of markets) {
    for (const { name, wanted, value, clipped } of proposals) {
      if (clipped) notes.push(`${asset}: ${name} should be ${wanted}; the contracts' bounds allow ${value}.`);
    }
  }
  for (const { asset, returnLevels, largest } of markets) {
    const rarest = returnLevels.at(-1)!;
    if (rarest.move <= FAR * largest) continue;
    notes.push(
      `${asset}: the move of ${rarest.perYear} a year is put at ${(100 * rarest.move).toFixed(0)}%, but the largest seen is ${(100 * largest).toFixed(1)}%: too far out to rely on.`,
    );
  }
  notes.push(
    `Chances are bounds from above: moves of one cluster count as separate, and all of the open interest at risk (${targets("atrisk")} of a side) is taken to stand at maintenance margin when the jump comes.`,
  );
  return notes;
}

function named<T>(asset: string, run: () => T): T {
  try {
    return run();
  } catch (error) {
    if (error instanceof TailError) throw new OptionError(`${asset}: the history is too short: ${error.message}`);
    throw error;
  }
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

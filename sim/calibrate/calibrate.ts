// SPDX-License-Identifier: MIT
import type { LocalParameters } from "../../deploy/parameters.js";
import type { PriceRow } from "../replay/input.js";
import { christoffersen, kupiec } from "./coverage.js";
import type { DepthRow } from "./depth.js";
import { hourlyMoves, type Moves } from "./moves.js";
import { propose, type Choices } from "./propose.js";
import type { Backtest, CalibrationReport, MarketCalibration } from "./result.js";
import { chanceOf, fitTail, historicalShortfall, quantileOf, shortfallOf, type Tail } from "./tail.js";

export interface CalibrationInput {
  prices: readonly PriceRow[];
  depth: readonly DepthRow[];
  /** Where they come from. */
  priceSource: string;
  depthSource: string;
  parameters: LocalParameters;
  choices: Choices;
  /** The chance a year with which winners may be charged. */
  yearly: number;
  /** The part of open interest that stands at maintenance margin when the move comes. */
  exposed: number;
}

// Of the hours, for the tail: few enough that ordinary hours do not shape it.
const BEYOND = 0.015;
const CHANCES = [0.005, 0.001, 0.0001];
const TESTED = [0.005, 0.001];
const TRAINED = 0.6;
const REJECT = 0.01;
const YEAR = 365 * 24;

export function calibrate(input: CalibrationInput): CalibrationReport {
  const assets = [...new Set(input.prices.map(({ asset }) => asset))];
  return {
    prices: input.priceSource,
    depth: input.depthSource,
    markets: assets.map((asset) => market(asset, input)),
  };
}

/** The present parameters of a market, and the vault's budget for it: those of SOL, or of BTC for all others. */
function presentOf({ btcMarket, btcBudget, solMarket, solBudget }: LocalParameters, asset: string) {
  return asset === "SOL" ? { market: solMarket, budget: solBudget } : { market: btcMarket, budget: btcBudget };
}

function market(asset: string, input: CalibrationInput): MarketCalibration {
  const rows = input.prices.filter((row) => row.asset === asset);
  const lockDelay = Number(input.parameters.house.lockDelay);
  const moves = hourlyMoves(rows, lockDelay);
  const tail = fitTail(moves.largest, BEYOND);
  const two = fitTail(hourlyMoves(rows, 2 * lockDelay).largest, BEYOND);
  const mark = rows.at(-1)!.mark;
  const now = presentOf(input.parameters, asset);
  const proposals = propose(asset, mark, now.market, tail, two, input.depth, input.choices);
  const value = (name: string) => proposals.find(({ parameter }) => parameter === name)!.proposed;
  return {
    ...{ asset, from: rows[0]!.time, until: rows.at(-1)!.time, hours: moves.hours.length, tail },
    levels: CHANCES.map((chance) => levelOf(moves.largest, tail, chance)),
    ...drawn(moves.largest, tail),
    backtests: TESTED.map((chance) => backtest(moves, chance)),
    proposals,
    vault: {
      ...vault(tail, value("maintenanceMargin"), value("hardCap") * mark, input),
      current: Number(now.budget) / 1e9,
    },
  };
}

function levelOf(sample: readonly number[], tail: Tail, chance: number): MarketCalibration["levels"][number] {
  const enough = sample.length * chance >= 1;
  const sorted = [...sample].sort((a, b) => b - a);
  return {
    ...{ chance, fitted: quantileOf(tail, chance), shortfall: shortfallOf(tail, chance) },
    counted: enough ? sorted[Math.round(sample.length * chance) - 1]! : null,
    countedShortfall: enough ? historicalShortfall(sample, chance) : null,
  };
}

/** Fitted on the first hours, counted in the rest. */
function backtest({ hours, largest }: Moves, chance: number): Backtest {
  const split = Math.floor(largest.length * TRAINED);
  const level = quantileOf(fitTail(largest.slice(0, split), BEYOND), chance);
  const hits = largest.slice(split).map((move) => move > level);
  const exceeded = hits.filter(Boolean).length;
  const [proportion, independence] = [kupiec(exceeded, hits.length, chance), christoffersen(hits)];
  return {
    ...{ chance, level, hours: hits.length, expected: hits.length * chance, exceeded },
    ...{ kupiec: proportion, christoffersen: independence },
    holds: proportion.p >= REJECT && independence.p >= REJECT,
    times: hours.slice(split).filter((_, index) => hits[index]),
  };
}

function drawn(sample: readonly number[], tail: Tail): Pick<MarketCalibration, "counted" | "fitted"> {
  const largest = [...sample].sort((a, b) => b - a).slice(0, tail.exceedances);
  const step = Math.max(1, Math.floor(largest.length / 200));
  const counted = largest
    .map((move, index) => ({ move, chance: (index + 1) / sample.length }))
    .filter((_, index) => index < 20 || index % step === 0);
  const most = largest[0]! * 1.3;
  const fitted = Array.from({ length: 60 }, (_, index) => {
    const move = tail.threshold + ((most - tail.threshold) * index) / 59;
    return { move, chance: chanceOf(tail, move) };
  }).filter(({ chance }) => chance > 0);
  return { counted, fitted };
}

/** The move that a year exceeds with the chosen chance, less maintenance margin, on the exposed part of the cap. */
function vault(tail: Tail, mm: number, notional: number, input: CalibrationInput) {
  const hourly = 1 - (1 - input.yearly) ** (1 / YEAR);
  const yearlyMove = Math.min(1, quantileOf(tail, hourly));
  const amount = Math.max(0, yearlyMove - mm / 1e6) * notional * input.exposed;
  return { chance: input.yearly, yearlyMove, exposed: input.exposed, amount };
}

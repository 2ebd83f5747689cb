// SPDX-License-Identifier: MIT
import { OptionError } from "../../bench/options.js";
import { localParameters } from "../../deploy/parameters.js";
import { CsvRowError, readDepth, readPrices } from "../replay/csv.js";
import type { CalibrationInput } from "./calibrate.js";
import { SYNTHETIC_DEPTH } from "./depth.js";
import { syntheticPrices } from "./synthetic.js";

export const USAGE = `npm run calibrate -- [options]
  --prices FILE        CSV: timestamp, asset, mark, as the market's source would have given them
  --depth FILE         CSV: asset, bps, notional (quote that can be sold within so much of the mark)
  --seed S, --days N   without --prices: a made-up market of N days (defaults 1 and 365)
  --chance P           largest chance an hour of a move beyond maintenance margin (default 0.001)
  --yearly P           chance a year with which winners may be charged, for the vault (default 0.01)
  --exposed P          part of open interest at maintenance margin when that move comes (default 0.1)
  --liquidation Q      what a typical liquidation sells, quote (default 1000000)
  --defaulting P       part of open interest that may have to be sold at once (default 0.05)
  --turnover N         what is traded in a day over open interest (default 5)
  --out FILE           writes the proposals as a parameters file for the deployment
  --json               the report as one JSON object
  --help`;

export const DEFAULTS = {
  ...{ seed: "1", days: "365", chance: "0.001", yearly: "0.01", exposed: "0.1", liquidation: "1000000" },
  ...{ defaulting: "0.05", turnover: "5" },
} as const;

const text = <K extends keyof typeof DEFAULTS>(name: K) =>
  ({ type: "string", default: DEFAULTS[name] as string }) as const;

export const OPTIONS = {
  prices: { type: "string" },
  depth: { type: "string" },
  seed: text("seed"),
  days: text("days"),
  chance: text("chance"),
  yearly: text("yearly"),
  exposed: text("exposed"),
  liquidation: text("liquidation"),
  defaulting: text("defaulting"),
  turnover: text("turnover"),
  out: { type: "string" },
  json: { type: "boolean", default: false },
  help: { type: "boolean" },
} as const;

export type Values = Record<keyof typeof DEFAULTS, string> & {
  prices?: string | undefined;
  depth?: string | undefined;
};

export const MADE_UP = "synthetic: a made-up market, no history";

export function calibrationInput(values: Values): CalibrationInput {
  const days = number("days", values.days, 1, 3_650);
  const seed = number("seed", values.seed, 0, 2 ** 31);
  try {
    return {
      prices: values.prices === undefined ? syntheticPrices(days, seed) : readPrices(values.prices),
      depth: values.depth === undefined ? SYNTHETIC_DEPTH : readDepth(values.depth),
      priceSource: values.prices ?? `${MADE_UP} (${days} days, seed ${seed})`,
      depthSource: values.depth ?? MADE_UP,
      parameters: localParameters(),
      choices: {
        chance: number("chance", values.chance, 1e-6, 0.05),
        liquidation: number("liquidation", values.liquidation, 1, 1e12),
        defaulting: number("defaulting", values.defaulting, 1e-4, 1),
        turnover: number("turnover", values.turnover, 0, 1_000),
      },
      yearly: number("yearly", values.yearly, 1e-6, 0.99),
      exposed: number("exposed", values.exposed, 0, 1),
    };
  } catch (error) {
    if (error instanceof CsvRowError) throw new OptionError(error.message);
    throw error;
  }
}

function number(name: string, text: string, low: number, high: number): number {
  const value = Number(text);
  if (text.trim() === "" || !(value >= low && value <= high)) {
    throw new OptionError(`--${name} must be a number from ${low} to ${high}, not "${text}"`);
  }
  return value;
}

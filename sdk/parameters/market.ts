// SPDX-License-Identifier: MIT
import { min } from "../arithmetic.js";
import { PPM } from "../units.js";
import type { Bounds, Integers } from "./bounds.js";
import type { ParametersIn } from "./units.js";

/** The parameters of a market by name, and what each is counted in. Their meaning: docs/parameters.md. */
export const MARKET_UNITS = {
  initialMargin: "ppm",
  maintenanceMargin: "ppm",
  gapThreshold: "ppm",
  takerFee: "ppm",
  makerFee: "ppm",
  priceBand: "ppm",
  staleShock: "ppm",
  discountFloor: "ppm",
  discountCap: "ppm",
  maxFunding: "ppm an hour",
  minNotional: "1e-9 quote",
  softCap: "1e-9 base",
  hardCap: "1e-9 base",
  fundingDepth: "quote",
} as const;

export type MarketParameters = ParametersIn<typeof MARKET_UNITS>;

const HOUR = 3_600n;
const QUOTE = 10n ** 9n;

/** As ParameterLib.checkMarket, line by line, in its order; a test holds each bound to the contract. */
export const MARKET_BOUNDS: Bounds<MarketParameters> = {
  initialMargin: () => [10_000n, 1_000_000n],
  maintenanceMargin: (p) => [5_000n, (p.initialMargin * 3n) / 4n],
  gapThreshold: (p) => [2_500n, p.maintenanceMargin],
  takerFee: () => [0n, 5_000n],
  makerFee: (p) => [0n, p.takerFee],
  priceBand: (p) => [1_000n, p.initialMargin / 2n],
  staleShock: () => [0n, 500_000n],
  discountFloor: (p) => [500n, p.discountCap],
  discountCap: (p) => [500n, min(50_000n, (p.maintenanceMargin * 3n) / 4n)],
  maxFunding: (p) => [0n, ((p.takerFee + p.makerFee) * (PPM - p.priceBand)) / (8n * PPM)],
  minNotional: () => [QUOTE, 10_000n * QUOTE],
  softCap: (p) => [0n, p.hardCap],
  hardCap: (p) => [1n, hardCapBound(p)],
  fundingDepth: () => [1_000n, 10n ** 12n],
};

/** As ParameterLib.hardCapBound. */
function hardCapBound(p: Integers<MarketParameters>): bigint {
  const max = 1n << 70n;
  if (p.maxFunding === 0n) return max;
  return min(max, (p.minNotional * (p.takerFee + p.makerFee) * 10n ** 12n) / (3n * 10n * 8n * HOUR));
}

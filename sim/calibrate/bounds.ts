// SPDX-License-Identifier: MIT
// The hard bounds of contracts/governance/ParameterLib.sol; test/sim/calibrate holds them against the contract's
// errors.
import { MARKET_BOUNDS } from "../../deploy/check/bounds.js";

/** In an order in which each depends only on those before it. */
export const MARKET_NAMES = [
  "initialMargin",
  "maintenanceMargin",
  "gapThreshold",
  "takerFee",
  "makerFee",
  "priceBand",
  "staleShock",
  "discountCap",
  "discountFloor",
  "maxFunding",
  "minNotional",
  "hardCap",
  "softCap",
  "fundingDepth",
] as const;

export type MarketName = (typeof MARKET_NAMES)[number];
export type MarketValues = Record<MarketName, bigint>;
export type Range = readonly [low: bigint, high: bigint];

/** The bounds of one parameter of a market, given those that it depends on. */
export function boundsOf(name: MarketName, p: MarketValues): Range {
  return MARKET_BOUNDS[name](p);
}

export const LOCK_DELAY: Range = [60n, 3_600n];
export const BUDGET: Range = [0n, (1n << 96n) - 1n];

export interface Clipped {
  value: bigint;
  clipped: "low" | "high" | undefined;
}

export function clip(wanted: bigint, [low, high]: Range): Clipped {
  if (wanted < low) return { value: low, clipped: "low" };
  if (wanted > high) return { value: high, clipped: "high" };
  return { value: wanted, clipped: undefined };
}

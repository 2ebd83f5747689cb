// SPDX-License-Identifier: MIT
// The hard bounds of contracts/governance/ParameterLib.sol; test/sim/calibrate holds them against the contract's
// errors.
import type { Range } from "../../sdk/parameters/bounds.js";
import { MARKET_BOUNDS, type MarketParameters } from "../../sdk/parameters/market.js";

export type MarketName = keyof MarketParameters;
export type MarketValues = Record<MarketName, bigint>;

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
] as const satisfies readonly MarketName[];

/** The bounds of one parameter of a market, given those that it depends on. */
export function boundsOf(name: MarketName, p: MarketValues): Range {
  return MARKET_BOUNDS[name](p);
}

export interface Clipped {
  value: bigint;
  clipped: "low" | "high" | undefined;
}

export function clip(wanted: bigint, [low, high]: Range): Clipped {
  if (wanted < low) return { value: low, clipped: "low" };
  if (wanted > high) return { value: high, clipped: "high" };
  return { value: wanted, clipped: undefined };
}

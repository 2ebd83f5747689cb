// SPDX-License-Identifier: MIT
// The hard bounds of contracts/libraries/ParameterLib.sol; test/sim/calibrate holds them against the contract's errors.

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

const MAX_DISCOUNT = 50_000n;

/** The bounds of one parameter of a market, given those that it depends on. */
export function boundsOf(name: MarketName, p: MarketValues): Range {
  switch (name) {
    case "initialMargin":
      return [10_000n, 1_000_000n];
    case "maintenanceMargin":
      return [5_000n, (p.initialMargin * 3n) / 4n];
    case "gapThreshold":
      return [2_500n, p.maintenanceMargin];
    case "takerFee":
      return [0n, 5_000n];
    case "makerFee":
      return [0n, p.takerFee];
    case "priceBand":
      return [1_000n, p.initialMargin / 2n];
    case "staleShock":
      return [0n, 500_000n];
    case "discountCap":
      return [500n, least(MAX_DISCOUNT, (p.maintenanceMargin * 3n) / 4n)];
    case "discountFloor":
      return [500n, p.discountCap];
    case "maxFunding":
      return [0n, ((p.takerFee + p.makerFee) * (1_000_000n - p.priceBand)) / 8_000_000n];
    case "hardCap":
      return [1n, hardCapBound(p)];
    case "softCap":
      return [0n, p.hardCap];
    case "minNotional":
      return [10n ** 9n, 10_000n * 10n ** 9n];
    case "fundingDepth":
      return [1_000n, 10n ** 12n];
  }
}

/** What rounding moves in a fill must be worth less than the least fill's fees: ParameterLib.hardCapBound. */
function hardCapBound({ maxFunding, minNotional, takerFee, makerFee }: MarketValues): bigint {
  const most = 1n << 70n;
  if (maxFunding === 0n) return most;
  return least(most, (minNotional * (takerFee + makerFee) * 10n ** 12n) / (3n * 10n * 8n * 3_600n));
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

function least(a: bigint, b: bigint): bigint {
  return a < b ? a : b;
}

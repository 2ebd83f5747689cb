// SPDX-License-Identifier: MIT
import type { VenueParamsStruct, MarketParamsStruct } from "../../types/ethers-contracts/contracts/Clearinghouse.js";

/** From the lowest to the highest value that a contract takes. */
export type Bound<P> = (p: Integers<P>) => readonly [low: bigint, high: bigint];
type Integers<P> = { readonly [name in keyof P]: bigint };
export type Bounds<P> = { readonly [name in keyof P]: Bound<P> };

const min = (a: bigint, b: bigint) => (a < b ? a : b);

const HOUR = 3_600n;
const DAY = 86_400n;
const QUOTE = 10n ** 9n;
const PPM = 1_000_000n;

/** As ParameterLib.checkMarket, line by line, in its order; a test holds each bound to the contract. */
export const MARKET_BOUNDS: Bounds<MarketParamsStruct> = {
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

/** As ParameterLib.checkVenue. */
export const VENUE_BOUNDS: Bounds<VenueParamsStruct> = {
  lockDelay: () => [60n, HOUR],
  absorbGrace: (p) => [12n, p.lockDelay],
  calmPeriod: (p) => [p.lockDelay, DAY],
  callGrace: () => [60n, DAY],
  callLapse: (p) => [p.callGrace + 60n, 2n * p.callGrace],
  vaultDelay: (p) => [5n, min(p.callGrace, HOUR)],
  unpauseGrace: () => [60n, HOUR],
  callLevel: () => [1_000_000n, 1_333_333n],
  keeperShare: () => [100_000n, 900_000n],
  vaultFeeShare: () => [0n, 1_000_000n],
  vaultDiscount: () => [500n, 50_000n],
  offerRate: () => [100n, 50_000n],
  outflowRate: () => [50_000n, 1_000_000n],
  outflowFloor: () => [10_000n * QUOTE, (1n << 64n) - 1n],
  minDebt: () => [QUOTE, 10_000n * QUOTE],
  refund: () => [0n, 100n * QUOTE],
};

/** As ParameterLib.hardCapBound. */
function hardCapBound(p: Integers<MarketParamsStruct>): bigint {
  const max = 1n << 70n;
  if (p.maxFunding === 0n) return max;
  return min(max, (p.minNotional * (p.takerFee + p.makerFee) * 10n ** 12n) / (3n * 10n * 8n * HOUR));
}

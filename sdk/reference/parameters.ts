// SPDX-License-Identifier: MIT
import type { Money, Size } from "../units.js";

/** Of a market. Rates in ppm; `fundingDepth` in whole quote. Bounds and meaning: ParameterLib. */
export interface MarketParameters {
  readonly initialMargin: bigint;
  readonly maintenanceMargin: bigint;
  readonly gapThreshold: bigint;
  readonly priceBand: bigint;
  readonly makerFee: bigint;
  readonly takerFee: bigint;
  readonly staleShock: bigint;
  readonly discountFloor: bigint;
  readonly discountCap: bigint;
  readonly maxFunding: bigint;
  readonly softCap: Size;
  readonly hardCap: Size;
  readonly minNotional: Money;
  readonly fundingDepth: bigint;
}

/** Of the venue. Seconds and ppm. */
export interface VenueParameters {
  readonly lockDelay: bigint;
  readonly absorbGrace: bigint;
  readonly calmPeriod: bigint;
  readonly callGrace: bigint;
  readonly callLapse: bigint;
  readonly vaultDelay: bigint;
  readonly unpauseGrace: bigint;
  readonly callLevel: bigint;
  readonly keeperShare: bigint;
  readonly vaultFeeShare: bigint;
  readonly vaultDiscount: bigint;
  readonly offerRate: bigint;
  readonly outflowRate: bigint;
  readonly outflowFloor: Money;
  readonly minDebt: Money;
  readonly refund: Money;
}

// SPDX-License-Identifier: MIT
import { localParameters } from "../../deploy/parameters.js";
import type { ModeName } from "../../deploy/deploy-novation.js";
import type { VenueParamsStruct, MarketParamsStruct } from "../../types/ethers-contracts/contracts/Clearinghouse.js";

/** What governance chooses and a stress run varies. Rates in ppm, times in seconds. */
export interface Parameters {
  initialMargin: number;
  maintenanceMargin: number;
  gapThreshold: number;
  lockDelay: number;
  /** The vault's money, which is also each group's budget: ppm of the open interest of all markets. */
  vault: number;
  mode: ModeName;
  /**
   * Leverage that nobody exceeds, as a part of the most that initial margin allows. Chosen by traders, not by
   * governance.
   */
  leverage: number;
}

const { venue, btcMarket } = localParameters();

/**
 * deploy/parameters/local.json. The vault there is 10 million for a hard cap of 30,000 BTC at 112,000, which is 0.3% of
 * the open interest at that cap; a smaller market is given a vault in the same proportion.
 */
export const DEFAULTS: Readonly<Parameters> = {
  initialMargin: Number(btcMarket.initialMargin),
  maintenanceMargin: Number(btcMarket.maintenanceMargin),
  gapThreshold: Number(btcMarket.gapThreshold),
  lockDelay: Number(venue.lockDelay),
  vault: 3_000,
  mode: "QUEUE",
  leverage: 0.9,
};

const MAX_DISCOUNT = 50_000;
const NO_CAP = 1n << 62n;

/**
 * The market's parameters: what is not in `Parameters` as in local.json, in the same proportion to the margins where it
 * depends on them.
 */
export function marketParameters({ initialMargin, maintenanceMargin, gapThreshold }: Parameters): MarketParamsStruct {
  const discountCap = Math.min(Math.floor(maintenanceMargin / 2), MAX_DISCOUNT);
  return {
    ...btcMarket,
    initialMargin,
    maintenanceMargin,
    gapThreshold: Math.min(gapThreshold, maintenanceMargin),
    priceBand: Math.min(Number(btcMarket.priceBand), Math.floor(initialMargin / 2)),
    staleShock: initialMargin,
    discountCap,
    discountFloor: Math.min(Number(btcMarket.discountFloor), discountCap),
    // A population of this size is far from any cap of a real market.
    softCap: NO_CAP,
    hardCap: NO_CAP,
  };
}

export function venueParameters({ lockDelay }: Parameters): VenueParamsStruct {
  return { ...venue, lockDelay, calmPeriod: Math.max(Number(venue.calmPeriod), lockDelay) };
}

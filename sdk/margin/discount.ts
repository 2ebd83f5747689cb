// SPDX-License-Identifier: MIT
import { min } from "../arithmetic.js";
import type { MarketParameters } from "../parameters/market.js";
import type { Health } from "./health.js";

/**
 * The discount of a liquidation, ppm of notional, floor: from the floor at maintenance margin linearly to the cap when
 * equity is half of it. It never lowers equity / maintenance.
 */
export function discountOf(health: Health, parameters: MarketParameters): bigint {
  const { equity, maintenance } = health;
  if (equity <= 0n || maintenance <= 0n) return 0n;
  const { discountFloor, discountCap } = parameters;
  const depth = equity < maintenance ? min((maintenance - equity) * 2n, maintenance) : 0n;
  const rate = discountFloor + ((discountCap - discountFloor) * depth) / maintenance;
  return min(rate, discountLimit(health, parameters));
}

/** The largest discount that does not lower equity / maintenance, ppm, floor. Assumes both positive. */
export function discountLimit({ equity, maintenance }: Health, { maintenanceMargin }: MarketParameters): bigint {
  return (maintenanceMargin * equity) / maintenance;
}

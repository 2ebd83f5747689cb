// SPDX-License-Identifier: MIT
import { min } from "../arithmetic.js";
import { indexOf } from "../order.js";
import { secondsOf } from "../range.js";
import { PERPETUAL_INDEX } from "../options/series.js";
import { price, type Price } from "../units.js";
import type { Group, Market, Venue } from "./Venue.js";

/** A rate runs for at most this long after the last fill, seconds. */
const FUNDING_PERIOD = 28_800n;

/** Cumulative funding at the Unix time `now`: what a long has paid per unit. */
export function fundingAt(market: Market, now: bigint): Price {
  return price(market.funding + market.fundingRate * min(secondsOf(now, "now") - market.fundingTime, FUNDING_PERIOD));
}

/** The markets of a group that have funding: of an option group its perpetual. */
export function fundedMarkets({ kind }: Venue, { markets }: Group): readonly Market[] {
  return kind === "linear" ? markets : markets.slice(PERPETUAL_INDEX);
}

export function hasFunding({ kind }: Venue, { id }: Market): boolean {
  return kind === "linear" || indexOf(id, kind) === PERPETUAL_INDEX;
}

/** Books what has accrued and stops the rate. */
export function stopFunding({ journal }: Venue, market: Market, now: bigint): void {
  journal.set(market, "funding", fundingAt(market, now));
  journal.set(market, "fundingRate", 0n);
  journal.set(market, "fundingTime", now);
}

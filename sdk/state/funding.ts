// SPDX-License-Identifier: MIT
import { min } from "../arithmetic.js";
import { secondsOf } from "../range.js";
import { price, type Price } from "../units.js";
import type { Venue, Market } from "./Venue.js";

/** A rate runs for at most this long after the last fill, seconds. */
const FUNDING_PERIOD = 28_800n;

/** Cumulative funding at the Unix time `now`: what a long has paid per unit. */
export function fundingAt(market: Market, now: bigint): Price {
  return price(market.funding + market.fundingRate * min(secondsOf(now, "now") - market.fundingTime, FUNDING_PERIOD));
}

/** Books what has accrued and stops the rate. */
export function stopFunding({ journal }: Venue, market: Market, now: bigint): void {
  journal.set(market, "funding", fundingAt(market, now));
  journal.set(market, "fundingRate", 0n);
  journal.set(market, "fundingTime", now);
}

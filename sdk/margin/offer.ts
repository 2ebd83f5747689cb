// SPDX-License-Identifier: MIT
import { abs, min, priceShareDown } from "../arithmetic.js";
import type { CollateralParameters } from "../parameters/collateral.js";
import type { Collateral } from "../state/Venue.js";
import type { Price } from "../units.js";

const HOUR = 3_600n;

/** For how long others may buy pledges on offer before the line does, and for how long an offer stands, seconds. */
export const LINE_DELAY = HOUR;
export const OFFER_LAPSE = 2n * HOUR;

/**
 * Since when all that is pledged of a collateral that is closing is on offer; 0n: it is not. From `closesAt` on one
 * offer follows the other.
 */
export function closingSince({ closesAt }: Pick<Collateral, "closesAt">, now: bigint): bigint {
  return closesAt === 0n || now < closesAt ? 0n : now - ((now - closesAt) % OFFER_LAPSE);
}

/**
 * Does the line buy all that is pledged of a collateral now, as it is closing? Once others had an hour of an offer, and
 * while the live price is within half of the haircut of the floor. Prices: 1e-18 quote per whole token.
 * @param haircut ppm.
 */
export function lineBuysClosing(
  seen: Pick<Collateral, "closesAt"> & { readonly live: bigint; readonly floor: bigint; readonly fresh: boolean },
  haircut: bigint,
  now: bigint,
): boolean {
  const { live, floor, fresh } = seen;
  const since = closingSince(seen, now);
  if (since === 0n || now < since + LINE_DELAY || !fresh) return false;
  return abs(live - floor) <= priceShareDown(floor as Price, haircut / 2n);
}

/** The discount of what is on offer since `since`: it grows to its maximum. ppm. */
export function offerDiscount(
  { discountRate, maxDiscount }: Pick<CollateralParameters, "discountRate" | "maxDiscount">,
  since: bigint,
  now: bigint,
): bigint {
  return min((discountRate * (now - since)) / HOUR, maxDiscount);
}

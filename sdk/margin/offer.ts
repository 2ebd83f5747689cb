// SPDX-License-Identifier: MIT
import { min } from "../arithmetic.js";
import type { CollateralParameters } from "../parameters/collateral.js";

const HOUR = 3_600n;

/** For how long others may buy pledges on offer before the line does, and for how long an offer stands, seconds. */
export const LINE_DELAY = HOUR;
export const OFFER_LAPSE = 2n * HOUR;

/** The discount of what is on offer since `since`: it grows to its maximum. ppm. */
export function offerDiscount(
  { discountRate, maxDiscount }: Pick<CollateralParameters, "discountRate" | "maxDiscount">,
  since: bigint,
  now: bigint,
): bigint {
  return min((discountRate * (now - since)) / HOUR, maxDiscount);
}

// SPDX-License-Identifier: MIT
import { ceilDiv } from "../arithmetic.js";
import { PPM, type Size } from "../units.js";

/**
 * The initial margin rate of an increase when open interest is `interest` after it, ppm, ceil: the base rate up to the
 * soft cap, then linearly to 100% at the hard cap.
 */
export function increaseRate(
  { initialMargin, softCap, hardCap }: Readonly<Record<"initialMargin" | "softCap" | "hardCap", bigint>>,
  interest: Size,
): bigint {
  if (interest <= softCap) return initialMargin;
  if (interest >= hardCap) return PPM;
  return initialMargin + ceilDiv((PPM - initialMargin) * (interest - softCap), hardCap - softCap);
}

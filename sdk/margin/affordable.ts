// SPDX-License-Identifier: MIT
import { PPM, PRICE_UNIT, size, type Price, type Size } from "../units.js";

/**
 * The size that `free` money gives initial margin to at rate `initialMargin`, ppm: magnitude, floor; zero when there is
 * none.
 */
export function affordable(free: bigint, initialMargin: bigint, mark: Price): Size {
  if (free <= 0n) return size(0n);
  return size((((free * PPM) / initialMargin) * PRICE_UNIT) / mark);
}

// SPDX-License-Identifier: MIT
import { abs, notionalUp as up } from "../../../sdk/arithmetic.js";
import { price, size } from "../../../sdk/units.js";

/** What a size of either sign is worth at a mark, ceil: 1e-9 quote. */
export function notionalUp(units: bigint, mark: bigint): bigint {
  return up(size(abs(units)), price(mark));
}

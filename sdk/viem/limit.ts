// SPDX-License-Identifier: MIT
import type { NodeId } from "../level.js";
import { price, type Price } from "../units.js";

/** As a limit: any price will do. */
export const PRICE_ANY = price(0n);

/** What whoever takes a position over accepts. */
export interface Limit {
  /** The worst price a unit: a highest for what he buys, a lowest for what he sells. Default: any. */
  readonly price?: Price;
  /** Last second of validity, Unix time. */
  readonly deadline: bigint;
  /** A node near the place of the new level: see queueHint. */
  readonly hint?: NodeId;
}

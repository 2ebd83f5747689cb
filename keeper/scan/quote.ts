// SPDX-License-Identifier: MIT
import type { Price } from "../../sdk/units.js";

/** A market of a group as a margin test sees it. */
export interface MarketQuote {
  readonly mark: Price;
  /**
   * The mark in the frame of each side: less funding and charges, worsened by the shock while the price is not fresh.
   */
  readonly long: Price;
  readonly short: Price;
  readonly fresh: boolean;
  /** Maintenance margin rate, ppm. */
  readonly maintenance: bigint;
}

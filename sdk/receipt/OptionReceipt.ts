// SPDX-License-Identifier: MIT
import type { SeriesId } from "../options/series.js";
import type { Price, Size } from "../units.js";
import type { Payer, Receipt, TornUp } from "./Receipt.js";

/** What a lock of an option group cost, and each payer's part: what of it follows from events. */
export interface OptionReceipt extends Omit<Receipt, "markets"> {
  /** Of each series that was charged, netted or torn up. */
  readonly series: readonly SeriesReceipt[];
}

export interface SeriesReceipt {
  readonly series: SeriesId;
  /** What a long gained, per unit: a model's marks, as the contracts tell them. Zero of one that was not charged. */
  readonly jump: Price;
  /** What each unit of the winning side pays. */
  readonly charge: Price;
  /** Who pays it, by what they held: the most first. */
  readonly payers: readonly Payer[];
  readonly netted: Size;
  readonly tornUp: readonly TornUp[];
}

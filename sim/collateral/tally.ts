// SPDX-License-Identifier: MIT

/** What a play measured. Quote, unless it says otherwise. */
export interface Tally {
  locks: number;
  /** Locks at whose anchors somebody was below zero already. */
  lateLocks: number;
  defaults: number;
  /** What defaulters owed, and who paid it. */
  deficit: number;
  vaultPaid: number;
  charged: number;
  shortfall: number;
  largestTheta: number;
  /** Notional. */
  liquidated: number;
  /** Worth of all that was pledged, at the first price. */
  pledged: number;
  /** What buyers and the line paid for pledges; the line for debts at once, or an hour after the offer. */
  byBuyers: number;
  byLineInTime: number;
  byLineInLock: number;
  /** What pledgers got of buyers less than the live price. */
  discounts: number;
  /** A part. */
  largestDiscount: number;
  /**
   * What the line gained when it bought, at the live prices of then, which is what pledgers lost by that; and what it
   * has gained when its stock is sold, or at the end.
   */
  lineAtPurchase: number;
  lineResult: number;
  stockSold: number;
  /** What is left of the stock, at the last price less the largest discount. */
  stock: number;
  /** Another group's settlement spent it, and what of it, or of budgets, was the line's. */
  spentByOthers: number;
  ofLine: number;
  /** Money that came in for coins. */
  outside: number;
  /** Units of defaulters that nobody paid for. */
  unpaidUnits: number;
  /** Invariants that did not hold. */
  broken: string[];
}

export function newTally(): Tally {
  return {
    locks: 0,
    lateLocks: 0,
    defaults: 0,
    deficit: 0,
    vaultPaid: 0,
    charged: 0,
    shortfall: 0,
    largestTheta: 0,
    liquidated: 0,
    pledged: 0,
    byBuyers: 0,
    byLineInTime: 0,
    byLineInLock: 0,
    discounts: 0,
    largestDiscount: 0,
    lineAtPurchase: 0,
    lineResult: 0,
    stockSold: 0,
    stock: 0,
    spentByOthers: 0,
    ofLine: 0,
    outside: 0,
    unpaidUnits: 0,
    broken: [],
  };
}

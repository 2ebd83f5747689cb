// SPDX-License-Identifier: MIT
import type { NodeId } from "../level.js";
import type { AccountId, GroupId, MarketId } from "../order.js";
import type { Money, Price, Size } from "../units.js";

/** What a lock cost, and each payer's part. All of it follows from events. */
export interface Receipt {
  readonly group: GroupId;
  readonly lock: bigint;
  /** Unix seconds. */
  readonly lockedAt: bigint;
  /** The group is NORMAL again. */
  readonly done: boolean;
  /** What the vault set aside. */
  readonly reserve: Money;
  readonly absorbed: readonly Absorbed[];
  /** Accounts that are charged on their gains less their losses. */
  readonly registered: readonly Registered[];
  /**
   * Of the charge each winner pays `numerator / denominator` of what he gained, and gets as much of his relief back.
   */
  readonly share: { readonly numerator: bigint; readonly denominator: bigint };
  /**
   * deficit = vaultPaid + charged + shortfall; all zero until the settlement begins. `charged`: less what goes back to
   * who is registered.
   */
  readonly deficit: Money;
  readonly vaultPaid: Money;
  readonly charged: Money;
  readonly shortfall: Money;
  readonly markets: readonly MarketReceipt[];
  /** What the events say against what the rules give; empty when all is as it must be. */
  readonly faults: readonly ReceiptFault[];
}

/** An account that was absorbed, and what it owed. */
export interface Absorbed {
  readonly account: AccountId;
  readonly owed: Money;
}

/** An account that gained on one leg and lost on another. */
export interface Registered {
  readonly account: AccountId;
  /** The lesser of its gains and its losses in the jump. */
  readonly relief: Money;
  /** What comes back of what its winning legs pay, floor; zero until the settlement begins. */
  readonly credit: Money;
}

export interface MarketReceipt {
  readonly market: MarketId;
  readonly anchor: Price;
  readonly frozenMark: Price;
  /** What a long gained, per unit: frozen mark less anchor. */
  readonly jump: Price;
  /** What each unit of the winning side pays. */
  readonly charge: Price;
  /** Who pays it, by what they held: the most first. */
  readonly payers: readonly Payer[];
  readonly netted: Size;
  readonly vaultClosed: Size;
  readonly vaultTook: Size;
  readonly tornUp: readonly TornUp[];
}

export interface Payer {
  readonly account: AccountId;
  /** Signed. */
  readonly size: Size;
  /** size * charge, rounded up. The position's own rounding may take a unit of 1e-9 quote less. */
  readonly paid: Money;
}

/** What a level lost: each of its positions the same share. */
export interface TornUp {
  readonly node: NodeId;
  readonly longs: boolean;
  readonly size: Size;
}

/** A figure of an event that is not what the rules give. */
export interface ReceiptFault {
  /** Where: the event, and whose. */
  readonly event: string;
  /** Which figure. */
  readonly figure: string;
  readonly said: bigint;
  readonly expected: bigint;
}

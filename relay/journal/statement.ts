// SPDX-License-Identifier: MIT
import type { Hex } from "../../sdk/orderHash.js";
import { hashHex, word, wordOf } from "./bytes.js";

/** Where an acknowledged order goes: into the book, to wait for its trigger, or only to take. */
export const STAND = { BOOK: 0, PARKED: 1, TAKER: 2 } as const;
export type Stand = (typeof STAND)[keyof typeof STAND];

/** Why a size leaves the book without a match. The numbers are signed, and RelayBond knows that of EXPIRED. */
export const REASON = {
  /** The clock of the chain is past the order's expiry, or so near that no block could contain it. */
  EXPIRED: 0,
  /** Its owner or a listed key signed a cancellation for the relay. */
  CANCELLED: 1,
  /** A later order of the same lane took its place. */
  REPLACED: 2,
  /** The chain says that it is cancelled, or filled elsewhere. */
  CHAIN: 3,
  /** The account has not the margin for it any more. */
  MARGIN: 4,
  /** It may only reduce, and there is nothing left to reduce. */
  REDUCE_ONLY: 5,
  /** What is left is below the market's minimum. */
  TOO_SMALL: 6,
  /** What is left of an order that only takes. */
  NOT_RESTING: 7,
  /** It met an order of its own owner. */
  SELF_TRADE: 8,
  /** The mark went back behind its trigger: it waits again. */
  TRIGGER: 9,
  /** The market is closed, or its fee is above what the order accepts, or its signer is not listed any more. */
  REFUSED: 10,
  /** Outside of the market's price band: a fill at its limit would be refused. */
  BAND: 11,
} as const;
export type Reason = (typeof REASON)[keyof typeof REASON];

/** A maker's part in a match, at its own limit. */
export interface Fill {
  readonly order: Hex;
  /** Magnitude, 1e-9 base. */
  readonly size: bigint;
  readonly price: bigint;
}

/**
 * What the relay says, each under a number that only grows. In the book is of an order what was accepted and restored,
 * less what was dropped and matched; its place in time is the number of its last acceptance.
 */
export type Statement =
  | { readonly kind: "accepted"; readonly order: Hex; readonly size: bigint; readonly stand: Stand }
  | { readonly kind: "dropped"; readonly order: Hex; readonly size: bigint; readonly reason: Reason }
  /** A taker met makers, in this order. */
  | { readonly kind: "matched"; readonly order: Hex; readonly fills: readonly Fill[] }
  /** What match `of` took, or the chain, and gave back: not mined, skipped, or undone by a reorganisation. */
  | { readonly kind: "restored"; readonly order: Hex; readonly size: bigint; readonly of: number };

export const KIND = { accepted: 0, dropped: 1, matched: 2, restored: 3 } as const;

/** What a match takes of its taker. */
export function sizeOf(statement: Statement): bigint {
  if (statement.kind !== "matched") return statement.size;
  return statement.fills.reduce((sum, { size }) => sum + size, 0n);
}

/** keccak256(abi.encode(kind, number, order, size, detail)): the leaf of a statement in its page. */
export function leafOf(statement: Statement, number: number): Hex {
  return hashHex(
    word(KIND[statement.kind]) + word(number) + wordOf(statement.order) + word(sizeOf(statement)) + detailOf(statement),
  );
}

function detailOf(statement: Statement): string {
  switch (statement.kind) {
    case "accepted":
      return word(statement.stand);
    case "dropped":
      return word(statement.reason);
    case "restored":
      return word(statement.of);
    case "matched":
      return wordOf(fillsHash(statement.fills));
  }
}

/** keccak256(abi.encode(fills)). */
export function fillsHash(fills: readonly Fill[]): Hex {
  const words = fills.map(({ order, size, price }) => wordOf(order) + word(size) + word(price));
  return hashHex(word(32) + word(fills.length) + words.join(""));
}

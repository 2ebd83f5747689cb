// SPDX-License-Identifier: MIT
import type { Hex } from "../../sdk/orderHash.js";
import type { SignedPage } from "../journal/page.js";
import type { Reason } from "../journal/statement.js";

/** What a relay did against its word. Numbers are those of statements. */
export type Violation =
  /** A match filled `filled` and passed over `passed`, which was better or as good and earlier. */
  | {
      readonly kind: "passed over";
      readonly match: number;
      readonly fill: number;
      readonly passed: Hex;
      readonly accepted: number;
      readonly filled: Hex;
    }
  /** A match filled an order that was never accepted, or is not in the book. */
  | { readonly kind: "unknown maker"; readonly match: number; readonly fill: number; readonly order: Hex }
  | { readonly kind: "unknown taker"; readonly match: number; readonly order: Hex }
  /** More was matched or dropped of an order than was in the book. */
  | {
      readonly kind: "too much";
      readonly number: number;
      readonly order: Hex;
      readonly size: bigint;
      readonly left: bigint;
    }
  /** A match of an order of which nothing was left since a drop: cancelled, expired, replaced. */
  | {
      readonly kind: "filled after drop";
      readonly match: number;
      readonly order: Hex;
      readonly dropped: number;
      readonly reason: Reason;
    }
  /** A maker was not filled at its limit, or beyond the taker's. */
  | { readonly kind: "wrong price"; readonly match: number; readonly fill: number; readonly order: Hex }
  /** Maker and taker are of one owner, one side, two markets, or the maker may not make. */
  | { readonly kind: "wrong pair"; readonly match: number; readonly fill: number; readonly order: Hex }
  | { readonly kind: "matched expired"; readonly match: number; readonly fill: number; readonly order: Hex }
  /** Dropped as expired long before its expiry. */
  | { readonly kind: "false expiry"; readonly number: number; readonly order: Hex; readonly accepted: number }
  /** Dropped for a reason that the journal, or the chain, shows not to be true. */
  | { readonly kind: "false drop"; readonly number: number; readonly order: Hex; readonly reason: Reason }
  /** Its owner had signed a cancellation, and a match filled the order long after that was sent. */
  | { readonly kind: "ignored cancel"; readonly match: number; readonly order: Hex; readonly sentAt: number }
  /** Restored is more than was ever taken. */
  | { readonly kind: "too much restored"; readonly number: number; readonly order: Hex }
  /** An order was accepted whose body nobody can show, twice, or with more than it asks for. */
  | { readonly kind: "bad acceptance"; readonly number: number; readonly order: Hex }
  /** A page does not follow on the one before, its root is not of its statements, or its signature is another's. */
  | {
      readonly kind: "broken chain";
      readonly page: number;
      readonly what: "link" | "root" | "signature" | "clock";
      /** Two pages in a row, both signed, that exclude each other. */
      readonly proof?: readonly [SignedPage, SignedPage];
    }
  /** Two pages are signed where there is room for one. */
  | { readonly kind: "two stories"; readonly one: SignedPage; readonly other: SignedPage }
  /** A page that the relay has signed is behind the end of its journal. */
  | { readonly kind: "withheld page"; readonly page: number }
  /** A page claims a time that the chain has not reached. */
  | { readonly kind: "clock ahead"; readonly page: number; readonly time: number; readonly chain: number }
  /** The relay's own transaction filled an acknowledged order, and no statement says so. */
  | { readonly kind: "dark fill"; readonly transaction: Hex; readonly order: Hex; readonly size: bigint }
  /** The relay's own transaction filled an acknowledged order, and the match was written only afterwards. */
  | { readonly kind: "told late"; readonly transaction: Hex; readonly order: Hex; readonly size: bigint }
  /** A match was said, not given back, and the chain has less of it. */
  | { readonly kind: "phantom fill"; readonly order: Hex; readonly said: bigint; readonly mined: bigint };

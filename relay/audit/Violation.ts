// SPDX-License-Identifier: MIT
import type { Hex } from "../../sdk/orderHash.js";
import type { SignedPage } from "../journal/page.js";

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
  /** A maker was not filled at its limit, or beyond the taker's. */
  | { readonly kind: "wrong price"; readonly match: number; readonly fill: number; readonly order: Hex }
  /** Maker and taker are of one owner, one side, two markets, or the maker may not make. */
  | { readonly kind: "wrong pair"; readonly match: number; readonly fill: number; readonly order: Hex }
  | { readonly kind: "matched expired"; readonly match: number; readonly order: Hex }
  /** Dropped as expired long before its expiry. */
  | { readonly kind: "false expiry"; readonly number: number; readonly order: Hex; readonly accepted: number }
  /** Restored is more than was ever taken. */
  | { readonly kind: "too much restored"; readonly number: number; readonly order: Hex }
  /** An order was accepted whose body nobody can show, or with more than it asks for. */
  | { readonly kind: "bad acceptance"; readonly number: number; readonly order: Hex }
  /** A page does not follow on the one before, its root is not of its statements, or its signature is another's. */
  | { readonly kind: "broken chain"; readonly page: number; readonly what: "link" | "root" | "signature" | "clock" }
  /** Two pages are signed where there is room for one. */
  | { readonly kind: "two stories"; readonly one: SignedPage; readonly other: SignedPage }
  /** The relay's own transaction filled two acknowledged orders, and no statement says so. */
  | { readonly kind: "dark fill"; readonly transaction: Hex; readonly maker: Hex; readonly size: bigint }
  /** A match was said to be mined and the chain has less of it. */
  | { readonly kind: "phantom fill"; readonly order: Hex; readonly said: bigint; readonly mined: bigint };

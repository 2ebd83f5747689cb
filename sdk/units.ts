// SPDX-License-Identifier: MIT
import { intOf } from "./range.js";

declare const unit: unique symbol;

type Branded<Name extends string> = bigint & { readonly [unit]: Name };

/** 1e-9 quote, signed: positive is owed to the holder. */
export type Money = Branded<"1e-9 quote">;
/** 1e-9 base, signed: positive is long. */
export type Size = Branded<"1e-9 base">;
/** 1e-18 quote per base. */
export type Price = Branded<"1e-18 quote per base">;

// Each takes what an int256 holds; amounts in decimals: parseMoney, parseSize, parsePrice.
export const money = (nano: bigint): Money => intOf(nano, 256, "money") as Money;
export const size = (units: bigint): Size => intOf(units, 256, "size") as Size;
export const price = (units: bigint): Price => intOf(units, 256, "price") as Price;

/** size * price = money * PRICE_UNIT. */
export const PRICE_UNIT = 10n ** 18n;
/** Between these a mark is a mark. */
export const MIN_MARK = price(10n ** 6n);
export const MAX_MARK = price(10n ** 24n);
/** One whole, in the unit of all rates: parts per million. */
export const PPM = 1_000_000n;

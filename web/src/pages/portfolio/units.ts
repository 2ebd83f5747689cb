// SPDX-License-Identifier: MIT
import { MONEY_DECIMALS } from "../../format/decimal";

/** Token units as claims at par, floor: as the contracts credit them. */
export function toMoney(tokens: bigint, decimals: number): bigint {
  return decimals <= MONEY_DECIMALS
    ? tokens * 10n ** BigInt(MONEY_DECIMALS - decimals)
    : tokens / 10n ** BigInt(decimals - MONEY_DECIMALS);
}

/** Claims at par as token units, floor. */
export function toTokens(money: bigint, decimals: number): bigint {
  return decimals <= MONEY_DECIMALS
    ? money / 10n ** BigInt(MONEY_DECIMALS - decimals)
    : money * 10n ** BigInt(decimals - MONEY_DECIMALS);
}

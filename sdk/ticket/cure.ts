// SPDX-License-Identifier: MIT
import { ceilDiv, positive } from "../arithmetic.js";
import { wholeOf } from "../range.js";
import { money, type Money } from "../units.js";
import type { HealthView } from "../views.js";

/** What brings an account to its call level again and so ends its margin call; 0 when it is there. */
export function toCure({ callLevel, equity }: Pick<HealthView, "callLevel" | "equity">): Money {
  return positive(money(callLevel - equity));
}

/** The least token units that are worth an amount. */
export function tokensFor(amount: Money, tokenDecimals: number): bigint {
  const decimals = wholeOf(tokenDecimals, 0n, 255n, "tokenDecimals");
  return decimals >= 9n ? amount * 10n ** (decimals - 9n) : ceilDiv(amount, 10n ** (9n - decimals));
}

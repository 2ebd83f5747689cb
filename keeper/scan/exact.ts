// SPDX-License-Identifier: MIT
import { notionalUp, shareUp } from "../../sdk/arithmetic.js";
import { grossDown, sizeDown, type Frame } from "../../sdk/frame.js";
import { money, size, type Money } from "../../sdk/units.js";
import type { AccountInput, PositionInput } from "./AccountInput.js";
import type { MarketQuote } from "./quote.js";

/** How near to default; each includes the ones before it. */
export const SAFE = 0;
export const BELOW_CALL = 1;
export const LIQUIDATABLE = 2;
export const INSOLVENT = 3;
export type Risk = typeof SAFE | typeof BELOW_CALL | typeof LIQUIDATABLE | typeof INSOLVENT;

/** Equity rounded down, requirements up: to the unit what MarginLib finds. */
export interface ExactHealth {
  readonly equity: Money;
  readonly maintenance: Money;
  readonly callLevel: Money;
  readonly fresh: boolean;
}

export function exactHealth(
  account: AccountInput,
  quotes: readonly MarketQuote[],
  callLevel: bigint,
  frameOf: (position: PositionInput) => Frame,
): ExactHealth {
  let [equity, maintenance, fresh] = [account.cash, money(0n), true];
  for (const position of account.positions) {
    const { shares, offset, market } = position;
    const quote = quotes[market]!;
    const frame = frameOf(position);
    const held = sizeDown(frame, shares < 0n ? -shares : shares);
    equity = money(equity + grossDown(frame, shares, shares > 0n ? quote.long : quote.short) - offset);
    maintenance = money(maintenance + shareUp(notionalUp(size(held), quote.mark), quote.maintenance));
    fresh &&= quote.fresh;
  }
  return { equity, maintenance, callLevel: shareUp(maintenance, callLevel), fresh };
}

export function riskOf({ equity, maintenance, callLevel }: ExactHealth): Risk {
  if (equity < 0n) return INSOLVENT;
  if (equity < maintenance) return LIQUIDATABLE;
  return equity < callLevel ? BELOW_CALL : SAFE;
}

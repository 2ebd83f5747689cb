// SPDX-License-Identifier: MIT
import { notionalUp, shareUp, valueDown } from "../arithmetic.js";
import { OutOfRange, countOf } from "../range.js";
import { money, price, type Money } from "../units.js";
import type { MarketParameters } from "../parameters/market.js";
import { groupIn } from "../state/lookup.js";
import { cashOf } from "../state/recovery.js";
import type { Account, Venue } from "../state/Venue.js";
import { legOf, type Leg } from "./leg.js";
import { requireLinear } from "./LinearOnly.js";
import type { Quote } from "./quote.js";

/** An account at given quotes: equity rounded down, requirements up. */
export interface Health {
  readonly cash: Money;
  readonly equity: Money;
  /** Requirements at base rates. */
  readonly initial: Money;
  readonly maintenance: Money;
  /**
   * Equity if every mark were its anchor, or its recorded mark. Above zero there, a jump from there leaves no unpaid
   * debt.
   */
  readonly atAnchor: Money;
  readonly atRecordedMark: Money;
  /** Every leg has a fresh price. */
  readonly fresh: boolean;
}

/**
 * The health of an account at the quotes of its group's markets, leaving out the market at index `except`, and what it
 * has pledged: see `withPledges`. Throws LinearOnly of a clearinghouse of options.
 */
export function healthOf(venue: Venue, account: Account, quotes: readonly Quote[], except?: number): Health {
  requireLinear(venue, "healthOf");
  if (except !== undefined) countOf(except, "index of the market left out");
  let health = cashAlone(cashOf(venue, account));
  account.legs.forEach((position, index) => {
    if (position === undefined || index === except) return;
    const market = groupIn(venue, account.group).markets[index]!;
    const quote = quoteAt(quotes, index);
    health = withLeg(health, legOf(market, position, quote), quote, market.parameters);
  });
  return health;
}

/** The health of an account without positions. */
export function cashAlone(cash: Money): Health {
  const none = money(0n);
  return { cash, equity: cash, initial: none, maintenance: none, atAnchor: cash, atRecordedMark: cash, fresh: true };
}

/** The health with one more leg. */
export function withLeg(
  health: Health,
  leg: Pick<Leg, "size" | "value">,
  quote: Quote,
  parameters: Pick<MarketParameters, "initialMargin" | "maintenanceMargin">,
): Health {
  const notional = notionalUp(leg.size, quote.mark);
  const toAnchor = valueDown(leg.size, price(quote.anchor - quote.mark));
  const toRecordedMark = valueDown(leg.size, price(quote.recordedMark - quote.mark));
  return {
    cash: health.cash,
    equity: money(health.equity + leg.value),
    initial: money(health.initial + shareUp(notional, parameters.initialMargin)),
    maintenance: money(health.maintenance + shareUp(notional, parameters.maintenanceMargin)),
    atAnchor: money(health.atAnchor + leg.value + toAnchor),
    atRecordedMark: money(health.atRecordedMark + leg.value + toRecordedMark),
    fresh: health.fresh && quote.fresh,
  };
}

/** The health with so much more cash. */
export function withCash(health: Health, amount: Money): Health {
  return {
    ...health,
    cash: money(health.cash + amount),
    equity: money(health.equity + amount),
    atAnchor: money(health.atAnchor + amount),
    atRecordedMark: money(health.atRecordedMark + amount),
  };
}

export function quoteAt(quotes: readonly Quote[], index: number): Quote {
  const quote = quotes[index];
  if (quote === undefined)
    throw new OutOfRange(index, "market without a quote", "one for every market of the group, in its order");
  return quote;
}

// SPDX-License-Identifier: MIT
import { notionalUp, shareUp } from "../arithmetic.js";
import { OutOfRange, countOf } from "../range.js";
import { money, type Money } from "../units.js";
import { groupIn } from "../state/lookup.js";
import { cashOf } from "../state/recovery.js";
import type { Account, Venue } from "../state/Venue.js";
import type { MarketParameters } from "../reference/parameters.js";
import { legOf, type Leg } from "./leg.js";
import type { Quote } from "./quote.js";

/** An account at given quotes: equity rounded down, requirements up. */
export interface Health {
  readonly cash: Money;
  readonly equity: Money;
  /** Requirements at base rates. */
  readonly initial: Money;
  readonly maintenance: Money;
  /** Every leg has a fresh price. */
  readonly fresh: boolean;
}

/** The health of an account at the quotes of its group's markets, leaving out the market at index `except`. */
export function healthOf(venue: Venue, account: Account, quotes: readonly Quote[], except?: number): Health {
  if (except !== undefined) countOf(except, "index of the market left out");
  const cash = cashOf(venue, account);
  let health: Health = { cash, equity: cash, initial: money(0n), maintenance: money(0n), fresh: true };
  account.legs.forEach((position, index) => {
    if (position === undefined || index === except) return;
    const market = groupIn(venue, account.group).markets[index]!;
    const quote = quoteAt(quotes, index);
    health = withLeg(health, legOf(market, position, quote), quote, market.parameters);
  });
  return health;
}

/** The health with one more leg. */
export function withLeg(health: Health, leg: Leg, quote: Quote, parameters: MarketParameters): Health {
  const notional = notionalUp(leg.size, quote.mark);
  return {
    cash: health.cash,
    equity: money(health.equity + leg.value),
    initial: money(health.initial + shareUp(notional, parameters.initialMargin)),
    maintenance: money(health.maintenance + shareUp(notional, parameters.maintenanceMargin)),
    fresh: health.fresh && quote.fresh,
  };
}

/** The equity below which a margin call may be recorded. */
export function callLevelOf(venue: Venue, health: Health): Money {
  return shareUp(health.maintenance, venue.parameters.callLevel);
}

export function quoteAt(quotes: readonly Quote[], index: number): Quote {
  const quote = quotes[index];
  if (quote === undefined)
    throw new OutOfRange(index, "market without a quote", "one for every market of the group, in its order");
  return quote;
}

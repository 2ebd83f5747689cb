// SPDX-License-Identifier: MIT
import { ceilDiv, max, min, notionalUp, shareUp, valueDown, abs } from "../arithmetic.js";
import { PPM, PRICE_UNIT, money, size, type Money, type Size } from "../units.js";
import type { MarketParameters } from "../parameters/market.js";
import { countedOf } from "./pledge.js";
import { valueOf, type Quote } from "./quote.js";
import { groupIn, marketIn, unitsOf, type Account, type State } from "./state.js";

/** An account at given quotes: equity rounded down, requirements up. */
export interface Health {
  readonly cash: Money;
  readonly equity: Money;
  readonly initial: Money;
  readonly maintenance: Money;
  readonly atAnchor: Money;
  readonly atRecordedMark: Money;
  readonly fresh: boolean;
}

/**
 * The health of an account at `quotes` of its group, without the market at `except`. What it has pledged counts as
 * cash.
 */
export function healthOf(state: State, account: Account, quotes: Quote[], except?: number): Health {
  const { counted, fresh } = countedOf(state, account);
  return healthWith(state, account, money(account.cash + counted), fresh, quotes, except);
}

/** As `healthOf`, to judge what is due: pledges without a fresh price count for the most that they can. */
export function healthAtMost(state: State, account: Account, quotes: Quote[]): Health {
  return healthWith(state, account, money(account.cash + countedOf(state, account).atMost), true, quotes);
}

/** As `healthOf`, of a lock: pledges count for what the line would pay for them. */
export function healthInLock(state: State, account: Account, quotes: Quote[]): Health {
  return healthWith(state, account, money(account.cash + countedOf(state, account).committed), true, quotes);
}

/** Equity in cash and positions only. */
export function equityAlone(state: State, account: Account, quotes: Quote[]): Money {
  return healthWith(state, account, account.cash, true, quotes).equity;
}

function healthWith(
  state: State,
  account: Account,
  cash: Money,
  fresh: boolean,
  quotes: Quote[],
  except?: number,
): Health {
  const none = { initial: money(0n), maintenance: money(0n) };
  let health: Health = { cash, equity: cash, ...none, atAnchor: cash, atRecordedMark: cash, fresh };
  for (const [index, position] of account.positions) {
    if (index === except) continue;
    const quote = quotes[index]!;
    const { parameters } = marketIn(groupIn(state, account.group), index);
    health = withLeg(health, unitsOf(position), valueOf(position, quote), quote, parameters);
  }
  return health;
}

export function withLeg(health: Health, held: Size, value: Money, quote: Quote, parameters: MarketParameters): Health {
  const notional = notionalUp(held, quote.mark);
  const anchored = valueDown(held, (quote.anchor - quote.mark) as Quote["mark"]);
  const recorded = valueDown(held, (quote.recordedMark - quote.mark) as Quote["mark"]);
  return {
    cash: health.cash,
    equity: money(health.equity + value),
    initial: money(health.initial + shareUp(notional, parameters.initialMargin)),
    maintenance: money(health.maintenance + shareUp(notional, parameters.maintenanceMargin)),
    atAnchor: money(health.atAnchor + value + anchored),
    atRecordedMark: money(health.atRecordedMark + value + recorded),
    fresh: health.fresh && quote.fresh,
  };
}

export function withCash(health: Health, amount: Money): Health {
  return {
    ...health,
    cash: money(health.cash + amount),
    equity: money(health.equity + amount),
    atAnchor: money(health.atAnchor + amount),
    atRecordedMark: money(health.atRecordedMark + amount),
  };
}

/** Solvent at the recorded marks, or at least not less so than before? */
export function staysSound(earlier: Health, later: Health): boolean {
  return (
    (later.atAnchor >= 0n || later.atAnchor >= earlier.atAnchor) &&
    (later.atRecordedMark >= 0n || later.atRecordedMark >= earlier.atRecordedMark)
  );
}

export function ratioNotLower(earlier: Health, later: Health): boolean {
  return later.equity * earlier.maintenance >= earlier.equity * later.maintenance;
}

export function withdrawableOf(health: Health): Money {
  const spare = min(health.cash, health.equity) - health.initial;
  return money(max(0n, min(spare, min(health.atAnchor, health.atRecordedMark))));
}

/**
 * The initial margin rate of an increase: the base rate up to the soft cap, then linearly to 100% at the hard cap. ppm.
 */
export function increaseRate(parameters: MarketParameters, interest: Size): bigint {
  const { softCap, hardCap, initialMargin } = parameters;
  if (interest <= softCap) return initialMargin;
  if (interest >= hardCap) return PPM;
  return initialMargin + ceilDiv((PPM - initialMargin) * (interest - softCap), hardCap - softCap);
}

/** The least size whose closing at a loss of `cost` ppm restores equity to initial margin; at most the whole leg. */
export function sizeToRestore(health: Health, held: Size, quote: Quote, rate: bigint, cost: bigint): Size {
  const whole = abs(held);
  if (rate <= cost) return whole;
  const missing = max(0n, health.initial - health.equity);
  const notional = ceilDiv(missing * PPM, rate - cost);
  return min(whole, size(ceilDiv(notional * whole, notionalUp(whole, quote.mark))));
}

/** `closed`, or so much less that at least `minimum` remains of a leg of size `whole`; zero when that is nothing. */
export function keepingMinimum(whole: Size, closed: Size, quote: Quote, minimum: Money): Size {
  if (closed === whole || notionalUp(size(whole - closed), quote.mark) >= minimum) return closed;
  return size(max(0n, whole - ceilDiv(minimum * PRICE_UNIT, quote.mark)));
}

/** The discount of a liquidation, ppm: from the floor at maintenance margin linearly to the cap at half of it. */
export function discountOf(health: Health, parameters: MarketParameters): bigint {
  const { equity, maintenance } = health;
  if (equity <= 0n || maintenance <= 0n) return 0n;
  const depth = max(0n, min((maintenance - equity) * 2n, maintenance));
  const { discountFloor, discountCap } = parameters;
  return min(discountFloor + ((discountCap - discountFloor) * depth) / maintenance, discountLimit(health, parameters));
}

/** The largest discount that does not lower equity / maintenance. ppm. */
export function discountLimit(health: Health, parameters: MarketParameters): bigint {
  return (parameters.maintenanceMargin * health.equity) / health.maintenance;
}

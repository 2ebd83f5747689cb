// SPDX-License-Identifier: MIT
import { abs, notionalUp, positive, sameSide, shareUp, valueDown } from "../../sdk/arithmetic.js";
import { affordable } from "../../sdk/margin/affordable.js";
import type { Health } from "../../sdk/margin/health.js";
import { staysSound } from "../../sdk/margin/soundness.js";
import { PRICE_UNIT, money, price, size, type Money, type Price, type Size } from "../../sdk/units.js";
import type { AccountState, GroupState, MarketState } from "./Snapshot.js";

/** Units by which sums of floors and ceilings may be off: a plan stays this far inside of what the contract allows. */
export const UNITS = 8n;

export function signOf(held: Size): bigint {
  return held > 0n ? 1n : -1n;
}

export function sizeIn(account: AccountState, market: number): Size {
  return account.legs.find((leg) => leg.market === market)?.size ?? size(0n);
}

/** In a lock: has a leg of the account gained in the jump? Then it takes nothing over. */
export function hasWon({ markets }: GroupState, { legs }: AccountState): boolean {
  return legs.some(({ market, size: held }) => sameSide(held, markets[market]!.jump));
}

/** Equity / maintenance. */
export function dangerOf({ health }: AccountState): number {
  return health.maintenance === 0n ? -1 : Number((health.equity * 1_000_000n) / health.maintenance) / 1e6;
}

/**
 * The most of a leg of `sign` in `market` that `account` may take over at the mark: magnitude. `added` is cash that
 * comes with it.
 */
export function takeable(
  account: AccountState,
  market: MarketState,
  index: number,
  sign: bigint,
  added = money(0n),
): Size {
  const { health } = account;
  const { quote, parameters } = market;
  const held = sizeIn(account, index);
  const opposite = held !== 0n && !sameSide(held, sign);
  const reduces = opposite ? abs(held) : size(0n);
  if (market.reduceOnly || !health.fresh) return reduces;
  // At the base rate: what is taken over does not raise open interest. What is closed first is left out: it only adds
  // to what may be opened.
  const free = health.equity + added - health.initial - UNITS;
  return size(reduces + affordable(free, parameters.initialMargin, quote.mark));
}

/**
 * Is an account that goes from `held` to `after` at the mark, and loses `cost`, solvent at the recorded marks, or not
 * less so than before? To the unit: a liquidation of all at the highest discount leaves nothing.
 */
export function soundAfter(health: Health, held: Size, after: Size, { quote }: MarketState, cost: Money): boolean {
  const at = (mark: Price) => {
    const move = price(mark - quote.mark);
    return valueDown(after, move) - valueDown(held, move) - cost;
  };
  return staysSound(health, {
    ...health,
    atAnchor: money(health.atAnchor + at(quote.anchor)),
    atRecordedMark: money(health.atRecordedMark + at(quote.recordedMark)),
  });
}

/** The least size whose notional is `amount`, and the largest: what the contract rounds up, and a keeper down. */
export function sizeUp(amount: Money, { quote }: MarketState): Size {
  return size((amount * PRICE_UNIT + quote.mark - 1n) / quote.mark);
}

export function sizeDown(amount: Money, { quote }: MarketState): Size {
  return size((positive(amount) * PRICE_UNIT) / quote.mark);
}

/** An account after it took `delta` at the mark and got `reward`; what rounding may cost it is taken off. */
export function moved(
  account: AccountState,
  market: MarketState,
  index: number,
  delta: Size,
  reward: Money,
): AccountState {
  const { health, legs } = account;
  const { quote, parameters } = market;
  const [before, after] = [sizeIn(account, index), size(sizeIn(account, index) + delta)];
  const margin = (held: Size, rate: bigint) => shareUp(notionalUp(held, quote.mark), rate);
  const required = (rate: bigint) => margin(after, rate) - margin(before, rate) + UNITS;
  const gained = reward - UNITS;
  const at = (mark: bigint) => valueDown(delta, price(mark - quote.mark));
  const others = legs.filter((leg) => leg.market !== index);
  return {
    ...account,
    legs: after === 0n ? others : [...others, { market: index, size: after }],
    health: {
      ...health,
      cash: money(health.cash + gained),
      equity: money(health.equity + gained),
      initial: money(health.initial + required(parameters.initialMargin)),
      maintenance: money(health.maintenance + required(parameters.maintenanceMargin)),
      atAnchor: money(health.atAnchor + at(quote.anchor) + gained),
      atRecordedMark: money(health.atRecordedMark + at(quote.recordedMark) + gained),
    },
  };
}

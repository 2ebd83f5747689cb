// SPDX-License-Identifier: MIT
import { abs, min, notionalUp, positive, sameSide, shareUp, valueDown } from "../../sdk/arithmetic.js";
import { withCash } from "../../sdk/margin/health.js";
import { ratioNotLower, staysSound } from "../../sdk/margin/soundness.js";
import type { Order } from "../../sdk/order.js";
import { money, price, size, type Money, type Price, type Size } from "../../sdk/units.js";
import { moved, signOf, sizeIn } from "./margins.js";
import type { AccountState, MarketState } from "./Snapshot.js";

/**
 * How much of `left` of a maker order its account can carry, for `Offer.left`: whole, half, a quarter and so on, or
 * nothing.
 */
export function carried(maker: AccountState, market: MarketState, index: number, order: Order, left: Size): Size {
  const sign = signOf(order.size);
  for (let max = left; max > 0n; max = size(max / 2n)) {
    const delta = size(sign * max);
    if (order.reduceOnly && !reduces(maker, index, delta)) continue;
    if (stands(maker, market, index, delta, order.limit, market.parameters.makerFee)) return max;
  }
  return size(0n);
}

/** May an account stand as it is after a trade of `delta` at `at`? */
export function stands(
  account: AccountState,
  market: MarketState,
  index: number,
  delta: Size,
  at: Price,
  feeRate: bigint,
): boolean {
  const fee = shareUp(notionalUp(delta, at), feeRate);
  return standsAfter(account, market, index, delta, money(valueDown(delta, price(market.quote.mark - at)) - fee));
}

/**
 * The same when it takes `delta` at the mark, and gets `gain`; `funds` may fill up what it then lacks to initial
 * margin.
 */
export function standsAfter(
  account: AccountState,
  market: MarketState,
  index: number,
  delta: Size,
  gain: Money,
  funds: Money = money(0n),
): boolean {
  const { quote, parameters } = market;
  const onlyReduces = reduces(account, index, delta);
  // Open interest does not grow, as somebody closes what it takes: no cap, and the base rate.
  if (!onlyReduces && (market.reduceOnly || !account.health.fresh)) return false;

  const unfunded = moved(account, market, index, delta, gain).health;
  const given = positive(min(funds, money(unfunded.initial - unfunded.equity)));
  const [before, after] = [withCash(account.health, given), withCash(unfunded, given)];
  const held = size(sizeIn(account, index) + delta);
  const notional = notionalUp(held, quote.mark);
  if (held !== 0n && notional < parameters.minNotional) return false;
  const eased = onlyReduces && after.equity >= 0n && ratioNotLower(before, after);
  return (after.equity >= after.initial || eased) && staysSound(before, after);
}

function reduces(account: AccountState, index: number, delta: Size): boolean {
  const held = sizeIn(account, index);
  return !sameSide(held, delta) && abs(delta) <= abs(held);
}

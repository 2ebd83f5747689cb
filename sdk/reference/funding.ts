// SPDX-License-Identifier: MIT
import { abs, ceilDiv, floorDiv, max, min, notionalUp, priceShareDown } from "../arithmetic.js";
import { price, type Money, type Price, type Size } from "../units.js";
import { positionsIn, type Market, type State } from "./state.js";

const FUNDING_PERIOD = 8n * 3600n;

/** Lets time pass: every long pays and every short receives what accrues, one position after the other. */
export function advance(state: State, now: bigint): void {
  state.groups.forEach((group, id) =>
    group.markets.forEach((market, index) => {
      const accrued = price(accruedAt(market, now) - accruedAt(market, state.now));
      if (accrued === 0n) return;
      for (const [, position] of positionsIn(state, id, index)) position.cost += position.fine * accrued;
      market.funding = price(market.funding + accrued);
      market.anchor = price(market.anchor + accrued);
      market.recordedMark = price(market.recordedMark + accrued);
    }),
  );
  state.now = now;
}

/** What funding has moved since the rate was set. It runs for at most FUNDING_PERIOD. */
function accruedAt(market: Market, time: bigint): bigint {
  return market.fundingRate * min(time - market.fundingTime, FUNDING_PERIOD);
}

export function stopFunding(state: State, market: Market): void {
  market.fundingRate = 0n;
  market.fundingTime = state.now;
}

/** What fills did to the rate's market: their notional, what they paid over the mark, and open interest before them. */
export interface Filled {
  readonly mark: Price;
  readonly premium: Money;
  readonly notional: Money;
  readonly earlier: Size;
}

/**
 * Fades the rate by the time since the last fill, dilutes it by new interest, and moves it towards the premium that
 * fills paid over the mark. Of dilution and move the same way the larger counts.
 */
export function bookFunding(state: State, market: Market, { mark, premium, notional, earlier }: Filled): void {
  const clamp = priceShareDown(mark, market.parameters.maxFunding) / 3600n;
  const within = (rate: bigint) => max(-clamp, min(clamp, rate));
  const target = within(floorDiv(mark * premium, notional * FUNDING_PERIOD));
  const { fundingDepth, maxFunding, takerFee, makerFee } = market.parameters;
  const elapsed = min(state.now - market.fundingTime, FUNDING_PERIOD);
  const faded = within((market.fundingRate * (FUNDING_PERIOD - elapsed)) / FUNDING_PERIOD);
  const rate = earlier === 0n ? 0n : faded;
  const fees = takerFee + makerFee;
  const later = market.openInterest;
  const depth = () => max(fundingDepth * 10n ** 9n, ceilDiv(notionalUp(later, mark) * 2n * maxFunding * 8n, fees));
  const move = fees === 0n ? 0n : floorDiv((target - rate) * notional, notional + depth());
  const dilution = later > earlier ? (rate * earlier) / later - rate : 0n;
  const sameWay = dilution < 0n ? move < 0n : dilution > 0n && move >= 0n;
  market.fundingRate = rate + (sameWay ? larger(dilution, move) : dilution + move);
  market.fundingTime = state.now;
}

function larger(a: bigint, b: bigint): bigint {
  return abs(a) > abs(b) ? a : b;
}

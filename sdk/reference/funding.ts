// SPDX-License-Identifier: MIT
import { ceilDiv, floorDiv, max, min, notionalUp, priceShareDown } from "../arithmetic.js";
import { money, price, type Money, type Price } from "../units.js";
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
      market.candidate = price(market.candidate + accrued);
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

/** Fades the rate by the time since the last fill and moves it towards the premium that fills paid over the mark. */
export function bookFunding(state: State, market: Market, mark: Price, premium: Money, notional: Money): void {
  const clamp = priceShareDown(mark, market.parameters.maxFunding) / 3600n;
  const wanted = floorDiv(mark * premium, notional * FUNDING_PERIOD);
  const target = max(-clamp, min(clamp, wanted));
  const { fundingDepth, maxFunding, takerFee, makerFee } = market.parameters;
  const elapsed = min(state.now - market.fundingTime, FUNDING_PERIOD);
  market.fundingRate = (market.fundingRate * (FUNDING_PERIOD - elapsed)) / FUNDING_PERIOD;
  const fees = takerFee + makerFee;
  if (fees !== 0n) {
    const open = notionalUp(market.openInterest, mark);
    const depth = max(fundingDepth * 10n ** 9n, ceilDiv(open * 2n * maxFunding * 8n, fees));
    market.fundingRate += floorDiv((target - market.fundingRate) * notional, notional + depth);
  }
  market.fundingTime = state.now;
}

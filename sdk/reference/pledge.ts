// SPDX-License-Identifier: MIT
import { ceilDiv, floorDiv, max, min, priceShareDown } from "../arithmetic.js";
import { PPM, money, type Money, type Price } from "../units.js";
import { Rejected } from "./Rejected.js";
import type { Account, Collateral, Pledge, State } from "./state.js";

const YEAR = 365n * 86_400n;
const HOUR = 3_600n;
const SMALL_PART = 1_024n;

export function collateralIn(state: State, number: number): Collateral {
  const collateral = state.collaterals.get(number);
  if (collateral === undefined) throw new Rejected("CollateralUnknown");
  return collateral;
}

/** What a whole token counts for in equity, and what the line pays for it in a lock. */
export function levelsOf({ live, fresh, floor, parameters }: Collateral): { counted: Price; committed: Price } {
  const rest = PPM - parameters.haircut;
  const committed = priceShareDown(floor, rest);
  if (!fresh) return { counted: priceShareDown(committed, rest), committed };
  return { counted: priceShareDown(min(live, floor), rest), committed };
}

/** What all pledges of an account are worth. */
export interface PledgeWorth {
  readonly counted: Money;
  /** What they may count for at most: those without a fresh price at what the line has promised. */
  readonly atMost: Money;
  /** What they would bring in a lock. */
  readonly committed: Money;
  readonly fresh: boolean;
}

export function countedOf(state: State, { pledges }: Account): PledgeWorth {
  const sum = { counted: money(0n), atMost: money(0n), committed: money(0n), fresh: true };
  for (const [number, held] of pledges) {
    const collateral = collateralIn(state, number);
    const { counted, committed } = levelsOf(collateral);
    const units = held.units - feeOf(state, held);
    sum.counted = money(sum.counted + worthDown(collateral, units, counted));
    sum.atMost = money(sum.atMost + worthDown(collateral, units, collateral.fresh ? counted : committed));
    sum.committed = money(sum.committed + worthDown(collateral, units, committed));
    sum.fresh &&= collateral.fresh;
  }
  return sum;
}

/** 1e-9 quote of `units` at a price of a whole token is units * price / scale. */
export function scaleOf({ decimals }: Collateral): bigint {
  return 10n ** (decimals + 9n);
}

export function worthDown(collateral: Collateral, units: bigint, at: Price): Money {
  return money(floorDiv(units * at, scaleOf(collateral)));
}

export function worthUp(collateral: Collateral, units: bigint, at: Price): Money {
  return money(ceilDiv(units * at, scaleOf(collateral)));
}

/** The fee that a pledge owes since it was last taken, in units. */
export function feeOf({ now }: Pick<State, "now">, { units, since, feeRate }: Pledge): bigint {
  return min(ceilDiv(units * feeRate * (now - since), PPM * YEAR), units);
}

/** Since when the group of an account is not NORMAL; now, if it is. */
export function lockedAt({ groups, now }: State, { group }: Account): bigint {
  const stored = groups[group];
  return stored === undefined || stored.phase === "NORMAL" ? now : stored.lockedAt;
}

/**
 * The fee goes to the vault's stock; from `until` on it counts at the collateral's rate. Of who has positions in a lock
 * it is taken until that began.
 */
export function takeFee(
  state: State,
  account: Account,
  number: number,
  until = account.positions.size === 0 ? state.now : lockedAt(state, account),
): void {
  const held = account.pledges.get(number);
  if (held === undefined) return;
  const collateral = collateralIn(state, number);
  const { feeRate } = collateral.parameters;
  const since = max(until, held.since);
  const fee = feeOf({ now: since }, held);
  if (fee === 0n && held.feeRate === feeRate) return;
  addStock(state, collateral, fee);
  collateral.pledged -= fee;
  if (fee === held.units) account.pledges.delete(number);
  else account.pledges.set(number, { units: held.units - fee, since, feeRate });
}

/**
 * What the vault has is on offer since the average by units, at most as long as its discount grows. Less than a part in
 * SMALL_PART of it takes over its age.
 */
export function addStock({ now }: State, collateral: Collateral, units: bigint): void {
  if (units === 0n) return;
  const { stock, stockOfferedAt, parameters } = collateral;
  collateral.stock = stock + units;
  if (units * SMALL_PART < stock) return;
  const longest = ceilDiv(parameters.maxDiscount * HOUR, parameters.discountRate);
  const age = stock === 0n ? 0n : min(now - stockOfferedAt, longest);
  collateral.stockOfferedAt = now - (age * stock) / (stock + units);
}

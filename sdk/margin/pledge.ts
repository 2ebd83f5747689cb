// SPDX-License-Identifier: MIT
import { floorDiv, min } from "../arithmetic.js";
import { OutOfRange } from "../range.js";
import { pledgedUnits } from "../state/collateral.js";
import { collateralIn } from "../state/lookup.js";
import type { Account, Venue } from "../state/Venue.js";
import { money, price, type Money, type Price } from "../units.js";
import { withCash, type Health } from "./health.js";

/** What a whole token of a collateral counts for, and what the line pays for it in a lock. 1e-18 quote. */
export interface PledgePrice {
  readonly counted: Price;
  readonly committed: Price;
  readonly fresh: boolean;
}

/** What `collateral(id)` of a clearinghouse tells of it. */
export function pledgePriceOf(view: { counted: bigint; committed: bigint; fresh: boolean }): PledgePrice {
  return { counted: price(view.counted), committed: price(view.committed), fresh: view.fresh };
}

/** By collateral. */
export type PledgePrices = ReadonlyMap<bigint, PledgePrice>;

/** What the pledges of an account are worth: each rounded down. */
export interface PledgeWorth {
  /** In margin, now. */
  readonly counted: Money;
  /** What they may count for: one without a fresh price for what the line has promised. So what is due is judged. */
  readonly atMost: Money;
  /** What the line pays for them in a lock. */
  readonly committed: Money;
  /** All their prices are fresh. */
  readonly fresh: boolean;
}

/**
 * What an account's pledges are worth at the Unix time `now`, less the fees that are due. Throws OutOfRange when the
 * price of one is not given.
 */
export function pledgeWorth(venue: Venue, account: Account, prices: PledgePrices, now: bigint): PledgeWorth {
  let worth: PledgeWorth = { counted: money(0n), atMost: money(0n), committed: money(0n), fresh: true };
  for (const [id, pledge] of account.pledges) {
    if (pledge.units === 0n) continue;
    const at = prices.get(id);
    if (at === undefined) throw new OutOfRange(id, "collateral without a price", "one that prices are given of");
    const { units } = pledgedUnits(pledge, now);
    const scale = 10n ** (collateralIn(venue, id).decimals + 9n);
    const counted = floorDiv(units * at.counted, scale);
    const committed = floorDiv(units * at.committed, scale);
    worth = {
      counted: money(worth.counted + counted),
      atMost: money(worth.atMost + (at.fresh ? counted : committed)),
      committed: money(worth.committed + committed),
      fresh: worth.fresh && at.fresh,
    };
  }
  return worth;
}

/** The health with what is pledged: it counts as cash. */
export function withPledges(health: Health, { counted, fresh }: PledgeWorth): Health {
  return { ...withCash(health, counted), fresh: health.fresh && fresh };
}

/**
 * What of the settlement token an account's pledges leave alone: its cash, or cash and positions if that is less. No
 * more may leave it. `health` is with what is pledged.
 */
export function aloneOf(health: Health, { counted }: PledgeWorth): Money {
  return money(min(health.cash, health.equity) - counted);
}

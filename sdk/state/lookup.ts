// SPDX-License-Identifier: MIT
import { groupOf, indexOf, type AccountId, type GroupId, type MarketId } from "../order.js";
import { uintOf } from "../range.js";
import { money } from "../units.js";
import type { Account, Collateral, Group, Venue, Market, Side } from "./Venue.js";
import { MissedEvent } from "./MissedEvent.js";

/** The account, opened in the state when nothing was known of it. */
export function accountIn(venue: Venue, id: AccountId): Account {
  const known = venue.accounts.get(id);
  if (known !== undefined) return known;
  const account: Account = {
    id: uintOf(id, 192, "account id") as AccountId,
    cash: money(0n),
    group: 0n as GroupId,
    legs: [],
    calledAt: 0n,
    minSequence: 0n,
    protection: undefined,
    relief: undefined,
    lanes: undefined,
    pledges: new Map(),
    pledgesOfferedAt: 0n,
  };
  venue.journal.put(venue.accounts, id, account);
  return account;
}

export function collateralIn(venue: Venue, id: bigint): Collateral {
  const collateral = venue.collaterals.get(id);
  if (collateral === undefined) throw new MissedEvent(`collateral ${id} was never created`);
  return collateral;
}

export function groupIn(venue: Venue, id: GroupId): Group {
  const group = venue.groups.get(id);
  if (group === undefined) uintOf(id, 30, "group");
  if (group === undefined) throw new MissedEvent(`group ${id} was never created`);
  return group;
}

export function marketIn(venue: Venue, id: MarketId): Market {
  const market = groupIn(venue, groupOf(id, venue.kind)).markets[indexOf(id, venue.kind)];
  if (market === undefined) throw new MissedEvent(`market ${id} was never created`);
  return market;
}

export function sideOf(market: Market, longs: boolean): Side {
  return longs ? market.longs : market.shorts;
}

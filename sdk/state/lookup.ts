// SPDX-License-Identifier: MIT
import { groupOf, indexOf, type AccountId, type GroupId, type MarketId } from "../order.js";
import { uintOf } from "../range.js";
import { money } from "../units.js";
import type { Account, Group, House, Market, Side } from "./House.js";
import { MissedEvent } from "./MissedEvent.js";

/** The account, opened in the state when nothing was known of it. */
export function accountIn(house: House, id: AccountId): Account {
  const known = house.accounts.get(id);
  if (known !== undefined) return known;
  const account: Account = {
    ...{
      id: uintOf(id, 192, "account id") as AccountId,
      cash: money(0n),
      group: 0n as GroupId,
      legs: [],
      calledAt: 0n,
      minSequence: 0n,
    },
    ...{ fresh: undefined, lanes: undefined },
  };
  house.journal.put(house.accounts, id, account);
  return account;
}

export function groupIn(house: House, id: GroupId): Group {
  const group = house.groups.get(id);
  if (group === undefined) uintOf(id, 30, "group");
  if (group === undefined) throw new MissedEvent(`group ${id} was never created`);
  return group;
}

export function marketIn(house: House, id: MarketId): Market {
  const market = groupIn(house, groupOf(id)).markets[indexOf(id)];
  if (market === undefined) throw new MissedEvent(`market ${id} was never created`);
  return market;
}

export function sideOf(market: Market, longs: boolean): Side {
  return longs ? market.longs : market.shorts;
}

// SPDX-License-Identifier: MIT
import { abs, max, positive, sameSide } from "../arithmetic.js";
import { groupOf, indexOf, numberOf, ownerOf, type AccountId } from "../order.js";
import { bigintOf, uintOf } from "../range.js";
import { money, price, size, type Size } from "../units.js";
import type { EventOf, Place } from "./events.js";
import type { Account, House, Lane, Market, Position } from "./House.js";
import { accountIn, groupIn, marketIn, sideOf } from "./lookup.js";
import { MissedEvent } from "./MissedEvent.js";
import { sizeOf, unpackPosition } from "./position.js";
import { NO_SIZE, enter, resize } from "./queue.js";
import { refresh, setCash } from "./recovery.js";

/** What a cancelled order counts as filled. */
export const CANCELLED: Size = size((1n << 80n) - 1n);

export function traded(house: House, event: EventOf<"Traded">): void {
  const { journal, recovery } = house;
  journal.set(recovery, "fees", money(recovery.fees + event.takerFee + event.makerFee));
  setFilled(house, event.maker, event.makerSalt, event.makerFilled);
}

export function setFilled(house: House, id: AccountId, salt: bigint, filled: Size): void {
  setLane(house, accountIn(house, id), salt, { sequence: salt >> 16n, filled });
}

export function cancelled(house: House, { account: id, salt }: EventOf<"OrderCancelled">): void {
  const account = accountIn(house, id);
  const sequence = salt >> 16n;
  if (laneOf(account, salt).sequence <= sequence) setLane(house, account, salt, { sequence, filled: CANCELLED });
}

/** The latest order of the lane of `salt`. */
export function laneOf(account: Account, salt: bigint): Lane {
  return account.lanes?.get(salt & 0xffffn) ?? { sequence: 0n, filled: NO_SIZE };
}

/** What is left to fill of an order of this salt and size (magnitude); 0 when it is void. */
export function remainingOf(account: Account, salt: bigint, whole: Size): Size {
  const sequence = uintOf(salt, 64, "salt") >> 16n;
  bigintOf(whole, 0n, CANCELLED, "size of an order, without its sign");
  const lane = laneOf(account, salt);
  if (sequence < account.minSequence || sequence < lane.sequence) return NO_SIZE;
  return lane.sequence < sequence ? whole : positive(size(whole - lane.filled));
}

export function positionChanged(house: House, event: EventOf<"PositionChanged">): void {
  const { journal } = house;
  const market = marketIn(house, event.market);
  const group = groupIn(house, groupOf(event.market));
  const index = indexOf(event.market);
  const account = accountIn(house, event.account);
  const after = unpackPosition(event.position);
  if (account.group !== group.id) {
    if (account.legs.some((leg) => leg !== undefined)) throw new MissedEvent(`${account.id} is in two groups`);
    journal.set(account, "group", group.id);
  }
  const before = account.legs[index];
  const held = sizeOf(market, before);
  if (group.phase === "SETTLING") {
    // Open interest and estate change as Netted says; from which side the vault took, only its trade shows.
    if (isInventory(house, event.account)) journal.set(market, "vaultMoved", size(event.size - held));
  } else if (market.settledAt === undefined) {
    const grown = max(event.size, NO_SIZE) - max(held, NO_SIZE);
    journal.set(market, "openInterest", size(market.openInterest + grown));
  }
  move(house, market, before, after, event.size);
  journal.set(account.legs, index, after);
  setCash(house, account, event.cash);
}

/** A position leaves its node, enters another, or changes its share of the one it is in. */
function move(house: House, market: Market, before: Position | undefined, after: Position | undefined, to: Size): void {
  if (before !== undefined && after?.node === before.node && sameSide(before.shares, after.shares)) {
    const longs = after.shares > 0n;
    const shares = [abs(before.shares), abs(after.shares)] as const;
    toEstate(house, market, longs, resize(house.journal, sideOf(market, longs), after.node, ...shares, abs(to)));
    return;
  }
  if (before !== undefined) leave(house, market, before);
  if (after === undefined) return;
  const longs = after.shares > 0n;
  const dust = enter(house.journal, sideOf(market, longs), after.node, abs(after.shares), abs(to));
  toEstate(house, market, longs, dust);
}

export function leave(house: House, market: Market, { shares, node }: Position): void {
  const longs = shares > 0n;
  const dust = resize(house.journal, sideOf(market, longs), node, abs(shares), 0n, NO_SIZE);
  toEstate(house, market, longs, dust);
}

export function toEstate({ journal }: House, market: Market, longs: boolean, units: bigint): void {
  const key = longs ? "estateLong" : "estateShort";
  journal.set(market, key, size(market[key] + units));
}

export function fundingChanged(house: House, event: EventOf<"FundingChanged">, at: Place): void {
  const { journal } = house;
  const market = marketIn(house, event.market);
  journal.set(market, "funding", price(event.funding));
  journal.set(market, "fundingRate", event.ratePerSecond);
  journal.set(market, "fundingTime", at.timestamp);
  journal.set(market, "openInterest", event.openInterest);
}

export function liquidated(house: House, event: EventOf<"Liquidated">, at: Place): void {
  if (!isInventory(house, event.taker)) return;
  house.journal.set(marketIn(house, event.market), "offeredAt", at.timestamp);
}

/** Margin calls: since when, or 0. */
export function setCalled(house: House, id: AccountId, calledAt: bigint): void {
  const account = accountIn(house, id);
  refresh(house, account);
  house.journal.set(account, "calledAt", calledAt);
}

function isInventory(house: House, id: AccountId): boolean {
  return ownerOf(id) === house.vault && numberOf(id) !== 0;
}

function setLane({ journal }: House, account: Account, salt: bigint, lane: Lane): void {
  if (account.lanes === undefined) journal.set(account, "lanes", new Map());
  journal.put(account.lanes!, salt & 0xffffn, lane);
}

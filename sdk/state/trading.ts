// SPDX-License-Identifier: MIT
import { abs, max, positive, sameSide } from "../arithmetic.js";
import { groupOf, indexOf, numberOf, ownerOf, type AccountId } from "../order.js";
import { bigintOf, uintOf } from "../range.js";
import { money, price, size, type Size } from "../units.js";
import type { EventOf, Place } from "./events.js";
import type { Account, Venue, Lane, Market, Position } from "./Venue.js";
import { hasFunding } from "./funding.js";
import { accountIn, groupIn, marketIn, sideOf } from "./lookup.js";
import { MissedEvent } from "./MissedEvent.js";
import { sizeOf, unpackPosition } from "./position.js";
import { NO_SIZE, enter, resize } from "./queue.js";
import { refresh, setCash } from "./recovery.js";

/** What a cancelled order counts as filled. */
export const CANCELLED: Size = size((1n << 80n) - 1n);

export function traded(venue: Venue, event: EventOf<"Traded">): void {
  const { journal, recovery } = venue;
  const { maker: account, market, makerPosition: position, makerCash: cash } = event;
  const held = sizeOf(marketIn(venue, market), accountIn(venue, account).legs[indexOf(market, venue.kind)]);
  positionChanged(venue, { account, market, size: size(held - event.takerSize), position, cash });
  journal.set(recovery, "fees", money(recovery.fees + event.takerFee + event.makerFee));
  setFilled(venue, event.maker, event.makerSalt, event.makerFilled);
}

/** The end of a match: its taker, and what it made of the market. */
export function matched(venue: Venue, event: EventOf<"Matched">, at: Place): void {
  const { journal } = venue;
  positionChanged(venue, { ...event, account: event.taker });
  if (event.filled !== NO_SIZE) setFilled(venue, event.taker, event.salt, event.filled);
  const market = marketIn(venue, event.market);
  journal.set(market, "openInterest", event.openInterest);
  if (!hasFunding(venue, market)) return;
  journal.set(market, "funding", price(event.funding));
  journal.set(market, "fundingRate", event.ratePerSecond);
  journal.set(market, "fundingTime", at.timestamp);
}

function setFilled(venue: Venue, id: AccountId, salt: bigint, filled: Size): void {
  setLane(venue, accountIn(venue, id), salt, { sequence: salt >> 16n, filled });
}

export function cancelled(venue: Venue, { account: id, salt }: EventOf<"OrderCancelled">): void {
  const account = accountIn(venue, id);
  const sequence = salt >> 16n;
  if (laneOf(account, salt).sequence <= sequence) setLane(venue, account, salt, { sequence, filled: CANCELLED });
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

type Standing = Pick<EventOf<"PositionChanged">, "account" | "market" | "size" | "position" | "cash">;

/** An account's position and cash, as an event tells them after a change. */
export function positionChanged(venue: Venue, event: Standing): void {
  const { journal } = venue;
  const market = marketIn(venue, event.market);
  const group = groupIn(venue, groupOf(event.market, venue.kind));
  const index = indexOf(event.market, venue.kind);
  const account = accountIn(venue, event.account);
  const after = unpackPosition(event.position);
  if (account.group !== group.id) {
    if (account.legs.some((leg) => leg !== undefined)) throw new MissedEvent(`${account.id} is in two groups`);
    journal.set(account, "group", group.id);
  }
  const before = account.legs[index];
  const held = sizeOf(market, before);
  if (group.phase === "SETTLING") {
    // Open interest and estate change as Netted says; from which side the vault took, only its trade shows.
    if (isInventory(venue, event.account)) journal.set(market, "vaultMoved", size(event.size - held));
  } else if (market.settledAt === undefined) {
    const grown = max(event.size, NO_SIZE) - max(held, NO_SIZE);
    journal.set(market, "openInterest", size(market.openInterest + grown));
  }
  move(venue, market, before, after, event.size);
  journal.set(account.legs, index, after);
  setCash(venue, account, event.cash);
}

/** A position leaves its node, enters another, or changes its share of the one it is in. */
function move(venue: Venue, market: Market, before: Position | undefined, after: Position | undefined, to: Size): void {
  if (before !== undefined && after?.node === before.node && sameSide(before.shares, after.shares)) {
    const longs = after.shares > 0n;
    const shares = [abs(before.shares), abs(after.shares)] as const;
    toEstate(venue, market, longs, resize(venue.journal, sideOf(market, longs), after.node, ...shares, abs(to)));
    return;
  }
  if (before !== undefined) leave(venue, market, before);
  if (after === undefined) return;
  const longs = after.shares > 0n;
  const dust = enter(venue.journal, sideOf(market, longs), after.node, abs(after.shares), abs(to));
  toEstate(venue, market, longs, dust);
}

export function leave(venue: Venue, market: Market, { shares, node }: Position): void {
  const longs = shares > 0n;
  const dust = resize(venue.journal, sideOf(market, longs), node, abs(shares), 0n, NO_SIZE);
  toEstate(venue, market, longs, dust);
}

export function toEstate({ journal }: Venue, market: Market, longs: boolean, units: bigint): void {
  const key = longs ? "estateLong" : "estateShort";
  journal.set(market, key, size(market[key] + units));
}

/** Margin calls: since when, or 0. */
export function setCalled(venue: Venue, id: AccountId, calledAt: bigint): void {
  const account = accountIn(venue, id);
  refresh(venue, account);
  venue.journal.set(account, "calledAt", calledAt);
}

function isInventory(venue: Venue, id: AccountId): boolean {
  return ownerOf(id) === venue.vault && numberOf(id) !== 0;
}

function setLane({ journal }: Venue, account: Account, salt: bigint, lane: Lane): void {
  if (account.lanes === undefined) journal.set(account, "lanes", new Map());
  journal.put(account.lanes!, salt & 0xffffn, lane);
}

// SPDX-License-Identifier: MIT
import { abs } from "../arithmetic.js";
import { groupOf, indexOf } from "../order.js";
import { PERPETUAL_INDEX } from "../options/series.js";
import { money, price, size, type Price } from "../units.js";
import type { EventOf, Place } from "./events.js";
import { fundedMarkets, stopFunding } from "./funding.js";
import type { Group, Venue } from "./Venue.js";
import { accountIn, groupIn, marketIn, sideOf } from "./lookup.js";
import { sizeOf } from "./position.js";
import { NO_SIZE, tearUp } from "./queue.js";
import { refresh, setCash } from "./recovery.js";
import { isRegistered } from "./relief.js";
import { leave, toEstate } from "./trading.js";

export function locked(venue: Venue, event: EventOf<"Locked">, at: Place): void {
  const { journal } = venue;
  const group = groupIn(venue, event.group);
  for (const market of fundedMarkets(venue, group)) stopFunding(venue, market, at.timestamp);
  journal.set(group, "phase", "LOCKED");
  journal.set(group, "lock", event.lock);
  const { anchors } = event;
  const jumps = event.frozenMarks.map((mark, i) => price(mark - (anchors[i] ?? mark)));
  journal.set(group, "jumps", venue.kind === "linear" ? jumps : withJump([], PERPETUAL_INDEX, jumps[0]!));
  journal.set(group, "lockedAt", at.timestamp);
  journal.set(group, "until", event.until);
  journal.set(group, "gapLevel", event.gapLevel);
  journal.set(group, "reserve", event.reserve);
}

export function unlocked(venue: Venue, event: EventOf<"Unlocked">, at: Place): void {
  const { journal } = venue;
  const group = groupIn(venue, event.group);
  for (const market of fundedMarkets(venue, group)) {
    stopFunding(venue, market, at.timestamp);
    if (group.phase !== "SETTLING" || market.settledAt === undefined) continue;
    journal.set(market, "estateLong", NO_SIZE); // positions of a settled market are worth its final price
    journal.set(market, "estateShort", NO_SIZE);
  }
  journal.set(group, "phase", "NORMAL");
  journal.set(group, "lastUnlock", at.timestamp);
  journal.set(group, "absorbed", 0n);
  journal.set(group, "deficit", money(0n));
  journal.set(group, "relieved", money(0n));
  journal.set(group, "reserve", money(0n));
}

export function absorbed(venue: Venue, event: EventOf<"Absorbed">): void {
  const { journal } = venue;
  const group = groupIn(venue, event.group);
  const account = accountIn(venue, event.account);
  refresh(venue, account);
  account.legs.forEach((position, index) => {
    if (position === undefined) return;
    const market = group.markets[index]!;
    const held = sizeOf(market, position);
    leave(venue, market, position);
    if (market.settledAt === undefined) toEstate(venue, market, held > 0n, abs(held));
    journal.set(account.legs, index, undefined);
  });
  if (isRegistered(group, account)) journal.set(group, "relieved", money(group.relieved - account.relief!.amount));
  journal.set(account, "relief", undefined);
  journal.set(account, "cash", money(0n));
  journal.set(account, "calledAt", 0n);
  refresh(venue, account);
  journal.set(group, "deficit", event.groupDeficit);
  journal.set(group, "absorbed", group.absorbed + 1n);
}

export function netRegistered(venue: Venue, event: EventOf<"NetRegistered">): void {
  const { account, group, lock, relief, total } = event;
  venue.journal.set(accountIn(venue, account), "relief", { amount: relief, group, lock });
  venue.journal.set(groupIn(venue, group), "relieved", total);
}

export function netSettled(venue: Venue, { group, lock, numerator, denominator }: EventOf<"NetSettled">): void {
  venue.journal.put(groupIn(venue, group).shares, lock, { numerator, denominator });
  begun(venue, groupIn(venue, group));
}

export function netCredited(venue: Venue, { account: id, cash }: EventOf<"NetCredited">): void {
  const account = accountIn(venue, id);
  venue.journal.set(account, "relief", undefined);
  setCash(venue, account, cash);
}

export function charged(venue: Venue, event: EventOf<"Charged">): void {
  const market = marketIn(venue, event.market);
  venue.journal.set(market, "chargeLong", event.cumulativeLong);
  venue.journal.set(market, "chargeShort", event.cumulativeShort);
  if (venue.kind === "linear") return;
  const group = groupIn(venue, groupOf(event.market, venue.kind));
  begun(venue, group);
  venue.journal.set(group, "jumps", withJump(group.jumps, indexOf(event.market, venue.kind), event.jump));
}

/** An option group's settlement, which may stop before `Deleveraged`, charges: so it has measured. */
function begun({ kind, journal }: Venue, group: Group): void {
  if (kind === "options") journal.set(group, "phase", "SETTLING");
}

function withJump(jumps: readonly Price[], index: number, jump: Price): readonly Price[] {
  const list = [...jumps];
  list[index] = jump;
  return list;
}

export function deleveraged(venue: Venue, event: EventOf<"Deleveraged">): void {
  const { journal } = venue;
  const group = groupIn(venue, event.group);
  journal.set(group, "phase", "SETTLING");
  journal.set(group, "deficit", money(0n));
  journal.set(group, "reserve", money(group.reserve - event.vaultPaid));
}

export function netted(venue: Venue, event: EventOf<"Netted">): void {
  const { journal } = venue;
  const market = marketIn(venue, event.market);
  const taken = event.vaultClosed + event.vaultTook;
  const longs = market.vaultMoved > 0n;
  toEstate(venue, market, true, -(event.netted + (longs ? taken : 0n)));
  toEstate(venue, market, false, -(event.netted + (longs ? 0n : taken)));
  journal.set(market, "openInterest", size(market.openInterest - event.netted - event.vaultClosed));
  journal.set(market, "vaultMoved", NO_SIZE);
  journal.set(market, "soughtAt", undefined);
}

export function nodeTornUp(venue: Venue, event: EventOf<"NodeTornUp">): void {
  const { journal } = venue;
  const market = marketIn(venue, event.market);
  const { remaining, proceeds } = event;
  tearUp(journal, sideOf(market, event.longs), event.node, { remaining, proceeds });
  toEstate(venue, market, !event.longs, -event.size);
  journal.set(market, "openInterest", size(market.openInterest - event.size));
}

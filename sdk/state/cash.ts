// SPDX-License-Identifier: MIT
import { max, min, positive, shareDown } from "../arithmetic.js";
import { numberOf, ownerOf, type AccountId, type GroupId } from "../order.js";
import { money, type Money } from "../units.js";
import type { EventOf, Place } from "./events.js";
import type { Venue } from "./Venue.js";
import { accountIn } from "./lookup.js";
import { protect, refresh, setCash, takeProtected, withdrawn } from "./recovery.js";

const OUTFLOW_WINDOW = 86_400n;

/** Tokens as claims at par. */
export function claimsOf({ nanoPerUnit, unitsPerNano }: Venue, tokens: bigint): Money {
  return money((tokens * nanoPerUnit) / unitsPerNano);
}

export function deposited(venue: Venue, event: EventOf<"Deposited">, at: Place): void {
  const { journal, recovery } = venue;
  roll(venue, at.timestamp, true);
  const account = accountIn(venue, event.account);
  const amount = claimsOf(venue, event.tokens);
  refresh(venue, account);
  journal.set(account, "cash", event.cash);
  journal.set(recovery, "held", money(recovery.held + amount));
  if (recovery.shortfall === 0n) return;
  protect(venue, account, amount);
  refresh(venue, account);
}

export function withdrew(venue: Venue, event: EventOf<"Withdrawn">, at: Place): void {
  const { journal, recovery } = venue;
  const account = accountIn(venue, event.account);
  const paid = claimsOf(venue, event.tokens);
  roll(venue, at.timestamp, false);
  refresh(venue, account);
  const forgone = withdrawn(venue, account, event.claims);
  journal.set(recovery, "shortfall", money(recovery.shortfall - forgone));
  journal.set(recovery, "held", money(recovery.held - paid));
  journal.set(account, "cash", event.cash);
}

export function transferred(venue: Venue, event: EventOf<"Transferred">): void {
  const [source, target] = [accountIn(venue, event.from), accountIn(venue, event.to)];
  refresh(venue, source);
  refresh(venue, target);
  const taken = takeProtected(venue, source, event.amount);
  if (taken > 0n) protect(venue, target, taken);
  venue.journal.set(source, "cash", event.fromCash);
  venue.journal.set(target, "cash", event.toCash);
  refresh(venue, target);
}

export function cashChanged(venue: Venue, event: EventOf<"CashChanged">): void {
  const account = accountIn(venue, event.account);
  refresh(venue, account);
  const gained = event.cash - account.cash;
  setCash(venue, account, event.cash);
  const group = fundedFromReserve(venue, event.account);
  // In a settlement the vault's inventory gets margin from what was set aside for it.
  if (group !== undefined && gained > 0n) venue.journal.set(group, "reserve", money(group.reserve - gained));
}

export function covered(venue: Venue, event: EventOf<"Covered">, at: Place): void {
  const { journal, recovery } = venue;
  roll(venue, at.timestamp, true);
  journal.set(recovery, "held", money(recovery.held + claimsOf(venue, event.tokens)));
  // `shortfallHealed` took it off the fees, which heal as well.
  journal.set(recovery, "fees", money(recovery.fees + event.healed));
}

export function shortfallHealed({ journal, recovery }: Venue, event: EventOf<"ShortfallHealed">): void {
  journal.set(recovery, "shortfall", event.shortfall);
  journal.set(recovery, "fees", money(recovery.fees - event.amount));
}

export function feesCollected({ journal, recovery }: Venue, event: EventOf<"FeesCollected">): void {
  journal.set(recovery, "fees", money(recovery.fees - event.vaultShare - event.treasuryShare));
}

function fundedFromReserve(venue: Venue, id: AccountId) {
  if (ownerOf(id) !== venue.vault) return undefined;
  const group = venue.groups.get(BigInt(numberOf(id)) as GroupId);
  return group?.phase === "SETTLING" ? group : undefined;
}

/**
 * Before `OutflowLib` books a movement: a new window if the last one is over; when something comes in also the least
 * that was held.
 */
function roll({ journal, outflow, recovery, parameters }: Venue, now: bigint, inflow: boolean): void {
  const lowest = min(outflow.lowest, recovery.held);
  const ends = outflow.since + OUTFLOW_WINDOW;
  if (now < ends) {
    if (inflow) journal.set(outflow, "lowest", lowest);
    return;
  }
  const start = now < ends + OUTFLOW_WINDOW ? lowest : recovery.held;
  const allowed = max(shareDown(start, parameters.outflowRate), parameters.outflowFloor);
  journal.set(outflow, "minHeld", positive(money(start - allowed)));
  journal.set(outflow, "lowest", recovery.held);
  journal.set(outflow, "since", now);
}

// SPDX-License-Identifier: MIT
import { max, min, positive, shareDown } from "../arithmetic.js";
import { numberOf, ownerOf, type AccountId, type GroupId } from "../order.js";
import { money, type Money } from "../units.js";
import type { EventOf, Place } from "./events.js";
import type { House } from "./House.js";
import { accountIn } from "./lookup.js";
import { protect, refresh, setCash, takeFresh, withdrawn } from "./recovery.js";

const OUTFLOW_WINDOW = 86_400n;

/** Tokens as claims at par. */
export function claimsOf({ nanoPerUnit, unitsPerNano }: House, tokens: bigint): Money {
  return money((tokens * nanoPerUnit) / unitsPerNano);
}

export function deposited(house: House, event: EventOf<"Deposited">, at: Place): void {
  const { journal, recovery } = house;
  roll(house, at.timestamp, true);
  const account = accountIn(house, event.account);
  const amount = claimsOf(house, event.tokens);
  refresh(house, account);
  journal.set(account, "cash", event.cash);
  journal.set(recovery, "held", money(recovery.held + amount));
  if (recovery.shortfall === 0n) return;
  protect(house, account, amount);
  refresh(house, account);
}

export function withdrew(house: House, event: EventOf<"Withdrawn">, at: Place): void {
  const { journal, recovery } = house;
  const account = accountIn(house, event.account);
  const paid = claimsOf(house, event.tokens);
  roll(house, at.timestamp, false);
  refresh(house, account);
  const forgone = withdrawn(house, account, event.claims);
  journal.set(recovery, "shortfall", money(recovery.shortfall - forgone));
  journal.set(recovery, "held", money(recovery.held - paid));
  journal.set(account, "cash", event.cash);
}

export function transferred(house: House, event: EventOf<"Transferred">): void {
  const [source, target] = [accountIn(house, event.from), accountIn(house, event.to)];
  refresh(house, source);
  refresh(house, target);
  const fresh = takeFresh(house, source, event.amount);
  if (fresh > 0n) protect(house, target, fresh);
  house.journal.set(source, "cash", event.fromCash);
  house.journal.set(target, "cash", event.toCash);
  refresh(house, target);
}

export function cashChanged(house: House, event: EventOf<"CashChanged">): void {
  const account = accountIn(house, event.account);
  refresh(house, account);
  const gained = event.cash - account.cash;
  setCash(house, account, event.cash);
  const group = fundedFromReserve(house, event.account);
  // In a settlement the vault's inventory gets margin from what was set aside for it.
  if (group !== undefined && gained > 0n) house.journal.set(group, "reserve", money(group.reserve - gained));
}

export function covered(house: House, event: EventOf<"Covered">, at: Place): void {
  const { journal, recovery } = house;
  roll(house, at.timestamp, true);
  journal.set(recovery, "held", money(recovery.held + claimsOf(house, event.tokens)));
  // `shortfallHealed` took it off the fees, which heal as well.
  journal.set(recovery, "fees", money(recovery.fees + event.healed));
}

export function shortfallHealed({ journal, recovery }: House, event: EventOf<"ShortfallHealed">): void {
  journal.set(recovery, "shortfall", event.shortfall);
  journal.set(recovery, "fees", money(recovery.fees - event.amount));
}

export function feesCollected({ journal, recovery }: House, event: EventOf<"FeesCollected">): void {
  journal.set(recovery, "fees", money(recovery.fees - event.vaultShare - event.treasuryShare));
}

function fundedFromReserve(house: House, id: AccountId) {
  if (ownerOf(id) !== house.vault) return undefined;
  const group = house.groups.get(BigInt(numberOf(id)) as GroupId);
  return group?.phase === "SETTLING" ? group : undefined;
}

/** Before `OutflowLib` books a movement: a new window if the last one is over; when something comes in also the least that was held. */
function roll({ journal, outflow, recovery, parameters }: House, now: bigint, inflow: boolean): void {
  const lowest = min(outflow.lowest, recovery.held);
  const ends = outflow.since + OUTFLOW_WINDOW;
  if (now < ends) {
    if (inflow) journal.set(outflow, "lowest", lowest);
    return;
  }
  const start = now < ends + OUTFLOW_WINDOW ? lowest : recovery.held;
  const most = max(shareDown(start, parameters.outflowRate), parameters.outflowFloor);
  journal.set(outflow, "least", positive(money(start - most)));
  journal.set(outflow, "lowest", recovery.held);
  journal.set(outflow, "since", now);
}

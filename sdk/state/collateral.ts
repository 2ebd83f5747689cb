// SPDX-License-Identifier: MIT
import { ceilDiv, max, min } from "../arithmetic.js";
import type { AccountId } from "../order.js";
import { NO_COLLATERAL_PARAMETERS } from "../parameters/collateral.js";
import { PPM, money, price } from "../units.js";
import type { EventOf, Place } from "./events.js";
import { accountIn, collateralIn } from "./lookup.js";
import { setCash } from "./recovery.js";
import type { Account, Collateral, Pledge, Venue } from "./Venue.js";

const HOUR = 3_600n;
const YEAR = 365n * 86_400n;
const SMALL_PART = 1_024n;

/** What a pledge still has at `now`, and the fee that it owes, rounded up. In units. */
export function pledgedUnits({ units, since, feeRate }: Pledge, now: bigint): { units: bigint; fee: bigint } {
  const fee = min(ceilDiv(units * feeRate * (now - since), PPM * YEAR), units);
  return { units: units - fee, fee };
}

export function collateralCreated(venue: Venue, event: EventOf<"CollateralCreated">): void {
  const { id, token, source, decimals } = event;
  const collateral: Collateral = {
    id,
    token,
    decimals,
    source,
    parameters: NO_COLLATERAL_PARAMETERS, // until CollateralParamsSet, which follows at once, as the prices do
    anchor: price(0n),
    recordedPrice: price(0n),
    recordedAt: 0n,
    floor: price(0n),
    line: money(0n),
    pledged: 0n,
    stock: 0n,
    stockOfferedAt: 0n,
    closesAt: 0n,
  };
  venue.journal.put(venue.collaterals, id, collateral);
}

export function priceRecorded(venue: Venue, event: EventOf<"CollateralPriceRecorded">, at: Place): void {
  const collateral = collateralIn(venue, event.id);
  venue.journal.set(collateral, "anchor", event.anchor);
  venue.journal.set(collateral, "recordedPrice", event.recordedPrice);
  venue.journal.set(collateral, "recordedAt", at.timestamp);
}

export function pledged(venue: Venue, event: EventOf<"Pledged">, at: Place): void {
  setUnits(venue, event.account, event.id, event.pledged, at.timestamp);
}

export function pledgeChanged(venue: Venue, event: EventOf<"PledgeWithdrawn" | "PledgeBought">): void {
  setUnits(venue, event.account, event.id, event.pledged);
}

export function feeTaken(venue: Venue, event: EventOf<"PledgeFeeTaken">, at: Place): void {
  addStock(venue, collateralIn(venue, event.id), event.units, at.timestamp);
  const account = accountIn(venue, event.account);
  const since = max(feeUntil(venue, account, at.timestamp), account.pledges.get(event.id)?.since ?? 0n);
  setUnits(venue, event.account, event.id, event.pledged);
  venue.journal.put(account.pledges, event.id, afresh(venue, event.id, event.pledged, since));
}

/** Until when a fee is taken: of who has positions in a group that is not NORMAL until its lock. */
function feeUntil(venue: Venue, { group, legs }: Account, now: bigint): bigint {
  const locked = venue.groups.get(group);
  if (locked === undefined || locked.phase === "NORMAL") return now;
  return legs.every((leg) => leg === undefined) ? now : locked.lockedAt;
}

export function boughtByLine(venue: Venue, event: EventOf<"PledgeBoughtByLine">, at: Place): void {
  const collateral = collateralIn(venue, event.id);
  addStock(venue, collateral, event.units, at.timestamp);
  venue.journal.set(collateral, "line", event.line);
  setUnits(venue, event.account, event.id, event.pledged);
  const account = accountIn(venue, event.account);
  setCash(venue, account, money(account.cash + event.paid));
}

/** The account has `units` pledged now; `now` when they came in: a first pledge owes its fee from then on. */
function setUnits(venue: Venue, id: AccountId, collateralId: bigint, units: bigint, now = 0n): void {
  const { journal } = venue;
  const collateral = collateralIn(venue, collateralId);
  const { pledges } = accountIn(venue, id);
  const before = pledges.get(collateralId);
  journal.set(collateral, "pledged", collateral.pledged + units - (before?.units ?? 0n));
  const isFirst = before === undefined || before.units === 0n;
  const pledge = isFirst ? afresh(venue, collateralId, units, now) : { ...before, units };
  journal.put(pledges, collateralId, pledge);
}

function afresh(venue: Venue, collateral: bigint, units: bigint, since: bigint): Pledge {
  return { units, since, feeRate: collateralIn(venue, collateral).parameters.feeRate };
}

/**
 * What the vault got is on offer since the average by units, but no longer than its discount grows. Less than a part in
 * SMALL_PART of what it had takes over its age.
 */
function addStock({ journal }: Venue, collateral: Collateral, units: bigint, now: bigint): void {
  if (units === 0n) return;
  const { stock, stockOfferedAt, parameters } = collateral;
  journal.set(collateral, "stock", stock + units);
  if (units * SMALL_PART < stock) return;
  const longest = ceilDiv(parameters.maxDiscount * HOUR, parameters.discountRate);
  const age = stock === 0n ? 0n : min(now - stockOfferedAt, longest);
  journal.set(collateral, "stockOfferedAt", now - (age * stock) / (stock + units));
}

// SPDX-License-Identifier: MIT
import { abs, ceilDiv } from "../arithmetic.js";
import { groupOf, indexOf } from "../order.js";
import { sizeOf } from "../state/position.js";
import type { Market, Venue } from "../state/Venue.js";
import { PRICE_UNIT, money, type Price } from "../units.js";
import type { Payer } from "./Receipt.js";

/** Everybody on the winning side of a market, and what a charge a unit costs him: the most first. */
export function payersOf(venue: Venue, market: Market, jump: Price, charge: Price): Payer[] {
  const payers: Payer[] = [];
  const [group, index] = [groupOf(market.id, venue.kind), indexOf(market.id, venue.kind)];
  for (const { id, group: theirs, legs } of venue.accounts.values()) {
    if (theirs !== group) continue;
    const held = sizeOf(market, legs[index]);
    if (held === 0n || held > 0n !== jump > 0n) continue;
    payers.push({ account: id, size: held, paid: money(ceilDiv(abs(held) * charge, PRICE_UNIT)) });
  }
  return payers.sort((a, b) => (a.paid < b.paid ? 1 : a.paid > b.paid ? -1 : 0));
}

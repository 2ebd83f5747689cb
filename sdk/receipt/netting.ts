// SPDX-License-Identifier: MIT
import { floorDiv, ceilDiv, positive } from "../arithmetic.js";
import { groupIn } from "../state/lookup.js";
import { sizeOf } from "../state/position.js";
import { isRegistered } from "../state/relief.js";
import type { Account, Venue } from "../state/Venue.js";
import { money, size, type Money } from "../units.js";
import { gainOf, gainsOf, reliefOf, shareOf } from "./charge.js";

/** What a registration does for an account in a lock. */
export interface Netting {
  /** The lesser of its gains and its losses: what of its gain a registered account is not charged for. */
  readonly relief: Money;
  /** It is registered. */
  readonly registered: boolean;
  /** By how much it lowers the charge that what is absorbed so far implies; at most `relief`, if more are absorbed. */
  readonly saves: Money;
}

/** Undefined when the account's group is not in a lock, or it has nothing to net. By events alone. */
export function nettingOf(venue: Venue, account: Account): Netting | undefined {
  if (account.legs.every((leg) => leg === undefined)) return undefined;
  const group = groupIn(venue, account.group);
  if (group.phase !== "LOCKED") return undefined;
  const { markets, jumps } = group;
  const sizes = markets.map((market, i) => sizeOf(market, account.legs[i]));
  const registered = isRegistered(group, account);
  const relief = registered ? account.relief!.amount : reliefOf(markets, sizes, jumps);
  if (relief === 0n) return undefined;
  const gains = markets.reduce((sum, market, i) => sum + gainOf(market, sizes[i] ?? size(0n), jumps[i]!), 0n);
  const due = group.deficit - group.reserve;
  const others = gainsOf(markets, jumps) - group.relieved + (registered ? relief : 0n);
  const [gross, net] = [shareOf(markets.length, due, others), shareOf(markets.length, due, others - relief)];
  const paysGross = floorDiv(gains * gross.numerator, gross.denominator);
  const paysNet = ceilDiv((gains - relief) * net.numerator, net.denominator);
  return { relief, registered, saves: positive(money(paysGross - paysNet)) };
}

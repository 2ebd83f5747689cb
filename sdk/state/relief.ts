// SPDX-License-Identifier: MIT
import { money, type Money } from "../units.js";
import type { Account, Group, Venue } from "./Venue.js";

// Relief of a charge, as ReliefLib has it: registered in a lock, settled with it, credited when the account is used.

/** Is the account registered in the group's lock that runs, or whose settlement has not begun? */
export function isRegistered(group: Group, { relief }: Account): boolean {
  return relief !== undefined && relief.group === group.id && group.phase === "LOCKED" && relief.lock === group.lock;
}

/** What a settlement gave the account for its relief and is not in its stored cash yet, floor. */
export function pendingCredit(venue: Venue, { relief }: Account): Money {
  if (relief === undefined) return money(0n);
  const share = venue.groups.get(relief.group)?.shares.get(relief.lock);
  return share === undefined ? money(0n) : money((relief.amount * share.numerator) / share.denominator);
}

// SPDX-License-Identifier: MIT
import type { AccountId, GroupId } from "../../../sdk/order.js";
import type { Venue } from "../../../sdk/state/Venue.js";

/** Which series of a group an account holds, a bit each, as the venue of its events has it. */
export function heldIn(venue: Venue, group: GroupId, id: AccountId): bigint {
  const account = venue.accounts.get(id);
  if (account === undefined || account.group !== group) return 0n;
  let held = 0n;
  // Sparse: only what is there is visited.
  account.legs.forEach((leg, index) => {
    if (leg !== undefined) held |= 1n << BigInt(index);
  });
  return held;
}

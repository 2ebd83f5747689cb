// SPDX-License-Identifier: MIT
import type { Address } from "../order.js";
import type { Venue } from "./Venue.js";

/**
 * Is `other` the owner, or known to the clearinghouse as his: has either ever listed the other as a signer? Neither is
 * paid for liquidating the other, and to list somebody needs no consent of his. Addresses in lower case, as events are
 * decoded.
 */
export function isOwn({ signers }: Venue, owner: Address, other: Address): boolean {
  const listed = (who: Address, key: Address) => (signers.get(`${who}/${key}`) ?? 0n) !== 0n;
  return owner === other || listed(owner, other) || listed(other, owner);
}

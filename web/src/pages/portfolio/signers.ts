// SPDX-License-Identifier: MIT
import type { VenueEvent } from "../../../../sdk/state/events.js";

/** What the clearinghouse keeps of a key that was revoked. */
const REVOKED = 1n;

export interface Signer {
  readonly key: `0x${string}`;
  /** Unix seconds. */
  readonly until: bigint;
}

/** An owner's keys as of the latest event of each, in the order of their last change, latest first. */
export function signersOf(events: readonly VenueEvent[], owner: string): Signer[] {
  const keys = new Map<`0x${string}`, Signer>();
  for (const event of events) {
    if (event.kind !== "SignerSet" || event.owner !== owner.toLowerCase()) continue;
    keys.delete(event.signer);
    keys.set(event.signer, { key: event.signer, until: event.expiry });
  }
  return [...keys.values()].reverse();
}

/** A key signs up to and with its last second. */
export function stateOf({ until }: Signer, now: bigint): "active" | "ended" | "revoked" {
  if (until <= REVOKED) return "revoked";
  return now <= until ? "active" : "ended";
}

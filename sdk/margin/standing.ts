// SPDX-License-Identifier: MIT
import { shareUp } from "../arithmetic.js";
import type { VenueParameters } from "../parameters/venue.js";
import type { Account, Venue } from "../state/Venue.js";
import type { Money } from "../units.js";
import type { Health } from "./health.js";

/**
 * From best to worst, as ILens has it; the first that applies from the end. BELOW_INITIAL may only reduce; BELOW_CALL:
 * anyone may record a margin call; LIQUIDATABLE: below maintenance margin, or a margin call is due; INSOLVENT: equity
 * below zero.
 */
export const STANDINGS = ["FLAT", "SOUND", "BELOW_INITIAL", "BELOW_CALL", "LIQUIDATABLE", "INSOLVENT"] as const;

export type Standing = (typeof STANDINGS)[number];

/** Where an account of this health stands at the Unix time `now`. */
export function standingOf(venue: Venue, account: Account, health: Health, now: bigint): Standing {
  const { equity, initial } = health;
  if (equity < 0n) return "INSOLVENT";
  if (account.legs.every((leg) => leg === undefined)) return "FLAT";
  if (isLiquidatable(venue, account, health, now)) return "LIQUIDATABLE";
  if (equity < callLevelOf(venue, health)) return "BELOW_CALL";
  return equity < initial ? "BELOW_INITIAL" : "SOUND";
}

/** The parameters of the venue, or as much of it as these functions look at. */
type Ruled = { readonly parameters: VenueParameters };
/** Since when an account has a margin call; 0n: it has none. */
type Called = Pick<Account, "calledAt">;

/** Below maintenance margin, or below the call level with a margin call due and not lapsed. */
export function isLiquidatable(venue: Ruled, account: Called, health: Health, now: bigint): boolean {
  if (health.equity < health.maintenance) return true;
  return callIsDue(venue, account, now) && health.equity < callLevelOf(venue, health);
}

/** Is the account called, and has the call not lapsed? */
export function callStands({ parameters }: Ruled, { calledAt }: Called, now: bigint): boolean {
  return calledAt !== 0n && now < calledAt + parameters.callLapse;
}

/** Does a call stand whose grace is over? */
export function callIsDue(venue: Ruled, account: Called, now: bigint): boolean {
  return callStands(venue, account, now) && now >= account.calledAt + venue.parameters.callGrace;
}

/** The equity below which a margin call may be recorded. */
export function callLevelOf({ parameters }: Ruled, { maintenance }: Pick<Health, "maintenance">): Money {
  return shareUp(maintenance, parameters.callLevel);
}

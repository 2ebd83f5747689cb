// SPDX-License-Identifier: MIT
import type { Account, Venue } from "../state/Venue.js";
import { callLevelOf, type Health } from "./health.js";

/**
 * From best to worst, as ILens has it; the first that applies from the end. BELOW_INITIAL may only reduce; BELOW_CALL: anyone may record a
 * margin call; LIQUIDATABLE: below maintenance margin, or a margin call is due; INSOLVENT: equity below zero.
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

/** Below maintenance margin, or below the call level with a margin call due and not lapsed. */
export function isLiquidatable(venue: Venue, { calledAt }: Account, health: Health, now: bigint): boolean {
  if (health.equity < health.maintenance) return true;
  const { callGrace, callLapse } = venue.parameters;
  const due = calledAt !== 0n && now >= calledAt + callGrace && now < calledAt + callLapse;
  return due && health.equity < callLevelOf(venue, health);
}

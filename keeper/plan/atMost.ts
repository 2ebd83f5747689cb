// SPDX-License-Identifier: MIT
import { withCash, type Health } from "../../sdk/margin/health.js";
import { money } from "../../sdk/units.js";
import type { GroupState, TraderState } from "./Snapshot.js";

/** Has every market in which it has a leg a fresh price? */
export function legsAreFresh({ markets }: GroupState, { legs }: TraderState): boolean {
  return legs.every(({ market }) => markets[market]!.quote.fresh);
}

/**
 * The health by which what is due is judged: pledges without a fresh price count for the most that they can, and hide
 * nothing.
 */
export function healthAtMost(group: GroupState, trader: TraderState): Health {
  const { health, pledged } = trader;
  if (pledged === undefined) return health;
  const most = withCash(health, money(pledged.atMost - pledged.counted));
  return { ...most, fresh: legsAreFresh(group, trader) };
}

// SPDX-License-Identifier: MIT
import type { AccountId } from "../../sdk/order.js";
import type { Price } from "../../sdk/units.js";
import type { ReplayVenue, ReplayMarket } from "./ReplayVenue.js";
import { survey, type Seen } from "./survey.js";
import { toPrice } from "../venue/units.js";

/** What the keeper did and what failed, by the name of the error. */
export interface KeeperTally {
  liquidations: number;
  absorbed: number;
  failures: Map<string, number>;
}

export function newTally(): KeeperTally {
  return { liquidations: 0, absorbed: 0, failures: new Map() };
}

const A_BLOCK = 100; // transactions
export const AN_ABSORB = 25; // accounts

/**
 * Liquidates everybody below maintenance margin into the keeper's accounts, but the `exempt`. Whether anything came of
 * it.
 */
export async function liquidateAll(
  venue: ReplayVenue,
  market: ReplayMarket,
  tally: KeeperTally,
  exempt: ReadonlySet<AccountId> = new Set(),
  allowed: (seen: Seen) => boolean = () => true,
): Promise<boolean> {
  const due = [...survey(venue, market, toPrice(market.mark) as Price).values()].filter(
    (seen) =>
      seen.size > 0n &&
      seen.equity >= 0n &&
      seen.equity < seen.maintenance &&
      !exempt.has(seen.account) &&
      seen.account !== market.keepers.longs &&
      seen.account !== market.keepers.shorts &&
      allowed(seen),
  );
  let helped = false;
  for (let from = 0; from < due.length; from += A_BLOCK) {
    const requests = due.slice(from, from + A_BLOCK).map((seen) => venue.liquidate(market, seen.account, seen.long));
    const { receipts, failures } = await venue.try(requests);
    const done = receipts.filter(({ ok }) => ok).length;
    tally.liquidations += done;
    helped ||= done > 0;
    for (const failure of failures) count(tally, failure);
  }
  return helped;
}

export function count(tally: KeeperTally, failure: string): void {
  const name = failure.split("(")[0]!;
  tally.failures.set(name, (tally.failures.get(name) ?? 0) + 1);
}

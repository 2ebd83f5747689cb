// SPDX-License-Identifier: MIT
import type { Provider } from "ethers";
import {
  healthOf,
  liquidationMark,
  placeInQueue,
  quoteOf,
  standingOf,
  type Address,
  type Venue,
  type Quote,
} from "../index.js";
import { Follower, type NovationClient, type RpcSource } from "../client/index.js";

/** Rebuilds the whole venue from its events and says where everybody stands. Call `sync` again with every new block. */
export async function follow(
  provider: Provider & RpcSource,
  clearinghouse: Address,
  reader: NovationClient,
): Promise<{ venue: Venue; told: string[] }> {
  const follower = new Follower(provider, { clearinghouse, fromBlock: 0, tokenDecimals: 6 });
  const { head, events } = await follower.sync();
  const { venue } = follower;
  const told = [`${events.length} events up to block ${head}`];

  // Prices are not events: one question a market.
  const now = BigInt((await provider.getBlock("latest"))!.timestamp);
  for (const group of venue.groups.values()) {
    const quotes: Quote[] = [];
    for (const market of group.markets) {
      quotes.push(quoteOf(market, await reader.market(market.id), now));
    }
    for (const account of venue.accounts.values()) {
      if (account.group !== group.id) continue;
      const health = healthOf(venue, account, quotes);
      told.push(`${account.id} ${standingOf(venue, account, health, now)} equity ${health.equity}`);
      account.legs.forEach((position, index) => {
        if (position === undefined) return;
        const at = liquidationMark(venue, account, index, quotes, now);
        const ahead = placeInQueue(group.markets[index]!, position)?.ahead;
        told.push(`  market ${index}: liquidated at ${at}, ${ahead} ahead of it in the queue`);
      });
    }
  }
  return { venue, told };
}

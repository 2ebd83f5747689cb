// SPDX-License-Identifier: MIT
import type { Price } from "../../sdk/units.js";
import type { ReplayVenue, ReplayMarket } from "./ReplayVenue.js";
import { survey } from "./survey.js";
import { toPrice } from "../venue/units.js";

/** The state followed from events is not that of the contracts, so no figure of the replay can be trusted. */
export class StateDiffers extends Error {}

/**
 * Holds the followed state against what the contracts' own lens says, for every n-th holder so that there are about
 * `samples`.
 */
export async function verifyState(venue: ReplayVenue, market: ReplayMarket, samples: number): Promise<number> {
  const { lens, clearinghouse } = venue.deployed;
  const seen = [...survey(venue, market, toPrice(market.mark) as Price).values()];
  const every = Math.max(1, Math.floor(seen.length / samples));
  let checked = 0;
  for (let index = 0; index < seen.length; index += every) {
    const { account, size, equity, long } = seen[index]!;
    const { health, positions } = await lens.account(clearinghouse, account);
    const signed = long ? size : -size;
    const held = positions.at(0)?.size ?? 0n;
    if (health.equity !== equity || held !== signed) {
      throw new StateDiffers(
        `${market.symbol}, account ${account}: size ${held} and equity ${health.equity} on the contracts, ${signed} and ${equity} followed`,
      );
    }
    ++checked;
  }
  return checked;
}

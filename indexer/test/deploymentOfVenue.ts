// SPDX-License-Identifier: MIT
import type { Deployment } from "../../sdk/deployment.js";
import type { Address } from "../../sdk/order.js";
import type { LocalVenue } from "../../sim/venue/LocalVenue.js";

/** Where a local venue is, as its deployment file has it. */
export async function deploymentOfVenue(venue: LocalVenue): Promise<Deployment> {
  const { token, authority, markets } = venue.deployed;
  const genesis = (await venue.chain.provider.getBlock(0))!;
  const listed = await Promise.all(
    markets.map(async ({ symbol, id, group, source, feed }) => ({
      symbol,
      id: id as never,
      group: group as never,
      source: (await source.getAddress()) as Address,
      feed: (await source.feed()) as Address,
      aggregator: (await feed.getAddress()) as Address,
      decimals: 8,
    })),
  );
  return {
    chainId: venue.chainId,
    genesisHash: genesis.hash as `0x${string}`,
    firstBlock: 1,
    token: (await token.getAddress()) as Address,
    tokenDecimals: 6,
    authority: (await authority.getAddress()) as Address,
    ...venue.at,
    markets: listed,
    build: `0x${"0".repeat(64)}`,
  };
}

// SPDX-License-Identifier: MIT
import type { Deployed } from "../../deploy/deploy-novation.js";
import type { Deployment } from "../../sdk/deployment.js";
import type { Address } from "../../sdk/order.js";
import type { Node } from "./replay";

/** Where a venue is that a test has deployed, as its deployment file has it. */
export async function deploymentOf(
  deployed: Deployed,
  node: Pick<Node, "getBlock" | "getNetwork">,
  tokenDecimals: number,
): Promise<Deployment> {
  const { token, authority, markets, clearinghouse, vault, lens } = deployed;
  const addressOf = async (contract: { getAddress(): Promise<string> }) => (await contract.getAddress()) as Address;
  const listed = await Promise.all(
    markets.map(async ({ symbol, id, group, source, feed }) => ({
      symbol,
      id: id as never,
      group: group as never,
      source: await addressOf(source),
      feed: (await source.feed()) as Address,
      aggregator: await addressOf(feed),
      decimals: 8,
    })),
  );
  return {
    chainId: (await node.getNetwork()).chainId,
    genesisHash: (await node.getBlock(0))!.hash as `0x${string}`,
    firstBlock: 1,
    token: await addressOf(token),
    tokenDecimals,
    authority: await addressOf(authority),
    clearinghouse: await addressOf(clearinghouse),
    vault: await addressOf(vault),
    lens: await addressOf(lens),
    markets: listed,
    build: `0x${"0".repeat(64)}`,
  };
}

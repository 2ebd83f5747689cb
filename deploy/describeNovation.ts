// SPDX-License-Identifier: MIT
import { rpcOf, type RpcSource } from "../sdk/client/chain/rpcOf.js";
import type { Deployment } from "../sdk/deployment.js";
import type { MarketId } from "../sdk/order.js";
import type { Address } from "../sdk/range.js";
import { buildHash } from "./buildHash.js";
import type { Artifact, Deployed } from "./deploy-novation.js";
import { describeVenue } from "./describeVenue.js";

/** The facts for the deployment file of what `deployNovation` deployed. */
export async function describeNovation(
  source: RpcSource,
  { clearinghouse, vault, lens, collateralLens, markets, firstBlock }: Deployed,
  artifact: (name: string) => Promise<Artifact>,
  bundle?: Address,
): Promise<Deployment> {
  const at = async (contract: { getAddress(): Promise<string> }) => (await contract.getAddress()) as Address;
  return describeVenue(rpcOf(source), {
    clearinghouse: await at(clearinghouse),
    vault: await at(vault),
    lens: await at(lens),
    collateralLens: await at(collateralLens),
    markets: markets.map(({ id }) => id as MarketId),
    symbolOf: (id) => markets.find((market) => market.id === id)!.symbol,
    firstBlock,
    build: await buildHash(artifact),
    ...(bundle && { bundle }),
  });
}

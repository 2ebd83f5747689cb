// SPDX-License-Identifier: MIT
import { rpcOf, type RpcSource } from "../sdk/client/chain/rpcOf.js";
import type { Deployment } from "../sdk/deployment.js";
import type { Address } from "../sdk/range.js";
import { OPTION_BUILD, buildHash } from "./buildHash.js";
import type { Artifact } from "./deploy-novation.js";
import type { DeployedOptions } from "./deploy-options.js";
import { describeVenue } from "./describeVenue.js";

/** The facts for the deployment file of what `deployOptions` deployed. */
export async function describeOptions(
  source: RpcSource,
  deployed: DeployedOptions,
  artifact: (name: string) => Promise<Artifact>,
): Promise<Deployment> {
  const at = async (contract: { getAddress(): Promise<string> }) => (await contract.getAddress()) as Address;
  const { clearinghouse, vault, lens, optionLens, source: prices, volSource, firstBlock } = deployed;
  return describeVenue(rpcOf(source), {
    clearinghouse: await at(clearinghouse),
    vault: await at(vault),
    lens: await at(lens),
    markets: [],
    symbolOf: () => "",
    firstBlock,
    build: await buildHash(artifact, OPTION_BUILD),
    options: {
      lens: await at(optionLens),
      groups: [{ symbol: "ETH", source: await at(prices), volSource: volSource as Address }],
    },
  });
}

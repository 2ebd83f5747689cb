// SPDX-License-Identifier: MIT
import type { JsonRpcSigner as Signer } from "ethers";
import { describeNovation } from "../../deploy/describeNovation.js";
import { deployNovation, type Artifact, type Deployed, type DeployOptions } from "../../deploy/deploy-novation.js";
import type { Deployment } from "../../sdk/deployment.js";
import type { Address } from "../../sdk/order.js";
import type { Chain } from "./Chain.js";
import { onStreams, type OnStreams, type StreamRules } from "../streams/onStreams.js";
import { onRollup, type Rollup } from "./onRollup.js";

export type ReadArtifact = (name: string) => Promise<Artifact>;

export interface VenueOptions extends Pick<DeployOptions, "groups" | "mode" | "venue" | "vaultBudget" | "handOver"> {
  artifact: ReadArtifact;
  /** Prices come from a rollup. */
  rollup?: Rollup | undefined;
  /** The prices of these markets are pulled. */
  streams?: (StreamRules & { symbols: readonly string[] }) | undefined;
}

/** Novation on a chain of its own, and who acts on it: all of them unlocked there. */
export interface DeployedVenue {
  chain: Chain;
  chainId: bigint;
  deployed: Deployed;
  at: { clearinghouse: Address; lens: Address; vault: Address };
  /** Sends everything but what a keeper does. */
  operator: Address;
  keeper: Address;
  treasury: Address;
  /** What its deployment file says. */
  deployment: Deployment;
  /** The uptime feed of the rollup's sequencer, if there is one. */
  sequencer: unknown;
  /** What serves pulled prices, if there are any. */
  streams?: OnStreams | undefined;
}

/** Token units that open the vault: 1 quote. */
export const VAULT_SEED = 1_000_000n;

/** Deploys on a chain that mines each transaction at once, and then lets it mine on demand. */
export async function deployVenue(
  chain: Chain,
  { artifact, rollup, streams: pulled, ...options }: VenueOptions,
): Promise<DeployedVenue> {
  const [operator, keeper, treasury] = (await chain.provider.listAccounts()) as [Signer, Signer, Signer];
  let streams: OnStreams | undefined;
  const deployed = await deployNovation({
    ...options,
    ...(pulled && {
      beforeHandOver: async (made) => {
        streams = await onStreams(made, operator, artifact, pulled.symbols, pulled);
      },
    }),
    artifact,
    deployer: operator,
    treasury: treasury.address,
    vaultSeed: VAULT_SEED,
  });
  const sequencer = rollup ? await onRollup(deployed, operator, artifact, rollup) : undefined;
  await chain.mineOnDemand();
  const deployment = await describeNovation(chain.provider, deployed, artifact, streams?.bundleAddress);
  const { chainId, clearinghouse, lens, vault } = deployment;
  return {
    chain,
    chainId,
    deployment,
    deployed,
    at: { clearinghouse, lens, vault },
    operator: operator.address as Address,
    keeper: keeper.address as Address,
    treasury: treasury.address as Address,
    sequencer,
    streams,
  };
}

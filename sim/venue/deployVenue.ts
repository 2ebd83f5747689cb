// SPDX-License-Identifier: MIT
import type { JsonRpcSigner as Signer } from "ethers";
import { describeNovation } from "../../deploy/describeNovation.js";
import { deployNovation, type Artifact, type Deployed, type DeployOptions } from "../../deploy/deploy-novation.js";
import type { Deployment } from "../../sdk/deployment.js";
import type { Address } from "../../sdk/order.js";
import type { Chain } from "./Chain.js";
import { onStreams, type OnStreams, type StreamRules } from "../streams/onStreams.js";
import { onCollateral, type CollateralRules, type OnCollateral } from "./onCollateral.js";
import { onRollup, type Rollup } from "./onRollup.js";

export type ReadArtifact = (name: string) => Promise<Artifact>;

export interface VenueOptions extends Pick<DeployOptions, "groups" | "mode" | "venue" | "vaultBudget" | "handOver"> {
  artifact: ReadArtifact;
  /** Prices come from a rollup. */
  rollup?: Rollup | undefined;
  /** Ether is a collateral. */
  collateral?: CollateralRules | undefined;
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
  collateral?: OnCollateral | undefined;
}

/** Token units that open the vault: 1 quote. */
export const VAULT_SEED = 1_000_000n;

/** Deploys on a chain that mines each transaction at once, and then lets it mine on demand. */
export async function deployVenue(
  chain: Chain,
  { artifact, rollup, streams: pulled, collateral: listed, ...options }: VenueOptions,
): Promise<DeployedVenue> {
  const [operator, keeper, treasury] = (await chain.provider.listAccounts()) as [Signer, Signer, Signer];
  let streams: OnStreams | undefined;
  let collateral: OnCollateral | undefined;
  const deployed = await deployNovation({
    ...options,
    beforeHandOver: async (made) => {
      if (pulled) streams = await onStreams(made, operator, artifact, pulled.symbols, pulled);
      if (listed) collateral = await onCollateral(made, operator, artifact, listed);
    },
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
    collateral,
  };
}

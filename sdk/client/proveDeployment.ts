// SPDX-License-Identifier: MIT
import { deployedContracts, type Deployment } from "../deployment.js";
import { DeploymentNotThere, DeploymentOfOtherChain } from "../deploymentErrors.js";
import type { Rpc } from "./chain/Rpc.js";

/**
 * Makes sure that a node is of the deployment's chain and has its contracts. A node that no longer serves block 0 is
 * taken by its chain id alone.
 * @param file The deployment file's name, for messages.
 */
export async function proveDeployment(node: Rpc, deployment: Deployment, file: string): Promise<void> {
  const chainId = BigInt((await node.send("eth_chainId", [])) as string);
  if (chainId !== deployment.chainId) {
    throw new DeploymentOfOtherChain(file, "chain id", `${deployment.chainId}`, `${chainId}`);
  }
  const genesis = (await node.send("eth_getBlockByNumber", ["0x0", false])) as { hash: string } | null;
  if (genesis !== null && genesis.hash.toLowerCase() !== deployment.genesisHash) {
    throw new DeploymentOfOtherChain(file, "genesis", deployment.genesisHash, genesis.hash);
  }
  for (const [contract, address] of deployedContracts(deployment)) {
    const code = (await node.send("eth_getCode", [address, "latest"])) as string;
    if (code === "0x") throw new DeploymentNotThere(file, contract, address);
  }
}

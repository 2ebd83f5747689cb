// SPDX-License-Identifier: MIT
import { headerAt } from "../../sdk/client/chain/blocks.js";
import { RpcFailed, RpcRefused, type Rpc } from "../../sdk/client/chain/Rpc.js";
import { DeploymentOfOtherChain } from "../../sdk/deploymentErrors.js";
import { NoVenue, NodeUnreachable, WrongChain } from "../config/errors.js";
import type { KeptVenue } from "./createKeeper.js";

/** Nodes that are asked for code before it counts as not there: one may be behind. */
const ASKED = 3;

/** The node answers, is of the deployment's chain, and the venue is there. */
export async function prove(rpc: Rpc, deployment: KeptVenue): Promise<void> {
  try {
    await lookAt(rpc, deployment);
  } catch (failure) {
    if (failure instanceof RpcFailed || failure instanceof RpcRefused) throw new NodeUnreachable(failure.message);
    throw failure;
  }
}

async function lookAt(rpc: Rpc, { chainId, genesisHash, clearinghouse, lens, vault }: KeptVenue): Promise<void> {
  const found = BigInt((await rpc.send("eth_chainId", [])) as string);
  if (found !== chainId) throw new WrongChain(chainId, found);
  // A node that no longer serves block 0 is taken by its chain id alone.
  const genesis = await headerAt(rpc, 0);
  if (genesis !== undefined && genesis.hash.toLowerCase() !== genesisHash) {
    throw new DeploymentOfOtherChain("the deployment file", "genesis", genesisHash, genesis.hash);
  }
  for (const address of [clearinghouse, lens, vault]) {
    if (!(await hasCode(rpc, address))) throw new NoVenue(address);
  }
}

async function hasCode(rpc: Rpc, address: string): Promise<boolean> {
  for (let asked = 0; asked < ASKED; ++asked) {
    if ((await rpc.send("eth_getCode", [address, "latest"])) !== "0x") return true;
    rpc.turn?.();
  }
  return false;
}

// SPDX-License-Identifier: MIT
import { Interface } from "ethers";
import { RpcFailed, RpcRefused, type Rpc } from "../../sdk/client/chain/Rpc.js";
import type { Deployment } from "../config/Deployment.js";
import { NoVenue, NodeUnreachable, WrongChain } from "../config/errors.js";

const ABI = new Interface(["function token() view returns (address)", "function decimals() view returns (uint8)"]);

/** Nodes that are asked for code before it counts as not there: one may be behind. */
const ASKED = 3;

/** The node answers, is of the deployment's chain, and the venue is there. Returns the decimals of its token. */
export async function prove(rpc: Rpc, deployment: Deployment): Promise<number> {
  try {
    return await decimalsOf(rpc, deployment);
  } catch (failure) {
    if (failure instanceof RpcFailed || failure instanceof RpcRefused) throw new NodeUnreachable(failure.message);
    throw failure;
  }
}

async function decimalsOf(
  rpc: Rpc,
  { chainId, clearinghouse, lens, vault, tokenDecimals }: Deployment,
): Promise<number> {
  const found = BigInt((await rpc.send("eth_chainId", [])) as string);
  if (found !== chainId) throw new WrongChain(chainId, found);
  for (const address of [clearinghouse, lens, vault]) {
    if (!(await hasCode(rpc, address))) throw new NoVenue(address);
  }
  if (tokenDecimals !== undefined) return tokenDecimals;
  const ask = async (to: string, name: string): Promise<unknown> => {
    const answer = await rpc.send("eth_call", [{ to, data: ABI.encodeFunctionData(name) }, "latest"]);
    return ABI.decodeFunctionResult(name, answer as string)[0];
  };
  return Number(await ask((await ask(clearinghouse, "token")) as string, "decimals"));
}

async function hasCode(rpc: Rpc, address: string): Promise<boolean> {
  for (let asked = 0; asked < ASKED; ++asked) {
    if ((await rpc.send("eth_getCode", [address, "latest"])) !== "0x") return true;
    rpc.turn?.();
  }
  return false;
}

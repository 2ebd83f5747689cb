// SPDX-License-Identifier: MIT
import { Interface } from "ethers";
import type { Rpc } from "../chain/Rpc.js";
import { RpcFailed } from "../chain/Rpc.js";
import type { Deployment } from "../config/Deployment.js";
import { NoHouse, NodeUnreachable, WrongChain } from "../config/errors.js";

const ABI = new Interface(["function token() view returns (address)", "function decimals() view returns (uint8)"]);

/** The node answers, is of the deployment's chain, and the house is there. Returns the decimals of its token. */
export async function prove(
  rpc: Rpc,
  { chainId, clearinghouse, lens, vault, tokenDecimals }: Deployment,
): Promise<number> {
  let found: bigint;
  try {
    found = BigInt((await rpc.send("eth_chainId", [])) as string);
  } catch (failure) {
    if (failure instanceof RpcFailed) throw new NodeUnreachable(failure.reason);
    throw failure;
  }
  if (found !== chainId) throw new WrongChain(chainId, found);
  for (const address of [clearinghouse, lens, vault]) {
    if ((await rpc.send("eth_getCode", [address, "latest"])) === "0x") throw new NoHouse(address);
  }
  if (tokenDecimals !== undefined) return tokenDecimals;
  const ask = async (to: string, name: string): Promise<unknown> => {
    const answer = await rpc.send("eth_call", [{ to, data: ABI.encodeFunctionData(name) }, "latest"]);
    return ABI.decodeFunctionResult(name, answer as string)[0];
  };
  return Number(await ask((await ask(clearinghouse, "token")) as string, "decimals"));
}

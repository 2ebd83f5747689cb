// SPDX-License-Identifier: MIT
import { Interface, parseEther } from "ethers";
import type { Rpc } from "../../sdk/client/chain/Rpc.js";
import type { Deployment } from "../../sdk/deployment.js";
import { KEYS } from "../people/keys.js";
import { Purse } from "../people/Purse.js";

const TOKEN = new Interface(["function mint(address to, uint256 amount)"]);
const ETHER = "10";
const QUOTE = 100_000n;

/** Gives an address ether for gas and test tokens to deposit. */
export function faucet(rpc: Rpc, { chainId, token, tokenDecimals }: Deployment): (address: string) => Promise<string> {
  const purse = new Purse(KEYS.faucet, rpc, chainId);
  return async (given) => {
    const address = given.toLowerCase(); // whatever its checksum
    const mint = TOKEN.encodeFunctionData("mint", [address, QUOTE * 10n ** BigInt(tokenDecimals)]);
    await purse.send([
      { to: address, value: parseEther(ETHER) },
      { to: token, data: mint },
    ]);
    return `${ETHER} ether and ${QUOTE.toLocaleString("en-US")} test tokens for ${given}`;
  };
}

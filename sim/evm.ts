// SPDX-License-Identifier: MIT
import { BrowserProvider, type Eip1193Provider } from "ethers";
import { network } from "hardhat";
import { Chain } from "../scripts/chain.js";

/** A chain in this process, which mines when it is told to; its first block is at `timestamp`. */
export async function evmChain(timestamp: number): Promise<Chain> {
  const connection = await network.connect({
    override: {
      initialDate: new Date(timestamp * 1000),
      initialBaseFeePerGas: 0,
      blockGasLimit: 3_000_000_000,
      mining: { auto: true, mempool: { order: "fifo" } },
    },
  });
  const provider = new BrowserProvider(connection.provider as Eip1193Provider, undefined, {
    pollingInterval: 20,
    cacheTimeout: -1,
  });
  return new Chain(provider, () => void connection.close());
}

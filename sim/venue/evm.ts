// SPDX-License-Identifier: MIT
import { BrowserProvider, type Eip1193Provider } from "ethers";
import { network } from "hardhat";
import { Chain } from "./Chain.js";

/** A chain in this process, which mines when it is told to; its first block is at `timestamp`. */
export async function evmChain(timestamp: number): Promise<Chain> {
  const connection = await network.create({
    override: {
      initialDate: new Date(timestamp * 1000),
      initialBaseFeePerGas: 0,
      blockGasLimit: 3_000_000_000,
      mining: { auto: true, mempool: { order: "fifo" } },
    },
  });
  const dated = aSecondABlock(connection.provider as Eip1193Provider, timestamp);
  const provider = new BrowserProvider(dated, undefined, { pollingInterval: 20, cacheTimeout: -1 });
  return new Chain(provider, () => void connection.close());
}

/**
 * While each transaction is mined at once, blocks come a second apart: nothing depends on how long this machine takes.
 */
function aSecondABlock(provider: Eip1193Provider, timestamp: number): Eip1193Provider {
  let [time, automine] = [timestamp, true];
  return {
    request: async (request: { method: string; params?: unknown[] | Record<string, unknown> }) => {
      if (request.method === "evm_setAutomine") automine = (request.params as [boolean])[0];
      if (automine && request.method === "eth_sendTransaction") {
        await provider.request({ method: "evm_setNextBlockTimestamp", params: [++time] });
      }
      return provider.request(request);
    },
  };
}

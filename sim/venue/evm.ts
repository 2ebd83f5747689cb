// SPDX-License-Identifier: MIT
import { BrowserProvider, type Eip1193Provider } from "ethers";
import { createHardhatRuntimeEnvironment } from "hardhat/hre";
import { Chain } from "./Chain.js";

type Environment = Awaited<ReturnType<typeof createHardhatRuntimeEnvironment>>;

const CHAIN_ID = 31_337;
const MINED = { auto: true, mempool: { order: "fifo" } } as const;

/** One for all chains of this process. */
let environment: Promise<Environment> | undefined;

/**
 * Hardhat without the project's plugins and contracts. It would read all that the compiler has written, to explain
 * failures that nobody reads here: two seconds a process.
 */
function bare(): Promise<Environment> {
  environment ??= createHardhatRuntimeEnvironment({
    networks: { default: { type: "edr-simulated", chainType: "l1", hardfork: "osaka", chainId: CHAIN_ID } },
    paths: { artifacts: "build/none/artifacts", cache: "build/none/cache" },
  });
  return environment;
}

/** A chain in this process, which mines when it is told to; its first block is at `timestamp`. */
export async function evmChain(timestamp: number): Promise<Chain> {
  const { network } = await bare();
  const connection = await network.create({
    override: {
      initialDate: new Date(timestamp * 1000),
      initialBaseFeePerGas: 0,
      blockGasLimit: 3_000_000_000,
      mining: MINED,
    },
  });
  const dated = aSecondABlock(connection.provider as Eip1193Provider, timestamp);
  return new Chain(new DirectProvider(dated), () => void connection.close());
}

/**
 * Asks at once. ethers puts each question into a queue that a timer empties and asks for the chain's id before many:
 * that is made for a network, and took more time than the answers.
 */
class DirectProvider extends BrowserProvider {
  private readonly source: Eip1193Provider;
  private asked = 0;

  constructor(source: Eip1193Provider) {
    super(source, CHAIN_ID, { pollingInterval: 20, cacheTimeout: -1, staticNetwork: true });
    this.source = source;
  }

  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- as ethers has it
  override async send(method: string, params: any[] | Record<string, any>): Promise<any> {
    try {
      return await this.source.request({ method, params });
    } catch (failure) {
      const { code, data, message } = failure as { code: number; data: unknown; message: string };
      const id = ++this.asked;
      throw this.getRpcError({ method, params, id, jsonrpc: "2.0" }, { id, error: { code, data, message } as never });
    }
  }
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

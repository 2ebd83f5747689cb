// SPDX-License-Identifier: MIT
import type { ChildProcess } from "node:child_process";
import { JsonRpcProvider } from "ethers";
import { startAnvil } from "../venue/anvil.js";

export interface NodeOptions {
  /** Seconds of the wall between blocks; 0: mines only when told. */
  blockSeconds: number;
  /** Seconds that the chain's clock advances a block. */
  chainSeconds: number;
  gasLimit: bigint;
  /** A state to begin with, as `stateOf` gives it. */
  stateFile?: string;
}

export const BASE_FEE = 1_000_000_000n;

/** A real anvil that mines by the clock, on a port of its own. */
export class TrialNode {
  private constructor(
    private readonly child: ChildProcess,
    readonly url: string,
    readonly provider: JsonRpcProvider,
  ) {}

  static async start(options: NodeOptions): Promise<TrialNode> {
    const args = ["--gas-limit", String(options.gasLimit), "--order", "fees"];
    args.push("--block-base-fee-per-gas", String(BASE_FEE), "--no-request-size-limit", "--enable-tx-gas-limit");
    if (options.stateFile) args.push("--load-state", options.stateFile);
    args.push(...(options.blockSeconds > 0 ? ["--block-time", String(options.blockSeconds)] : ["--no-mining"]));
    const { child, url } = await startAnvil(args);
    const provider = new JsonRpcProvider(url, undefined, {
      staticNetwork: true,
      cacheTimeout: -1,
      pollingInterval: 100,
      batchMaxCount: 20,
    });
    const node = new TrialNode(child, url, provider);
    // A loaded state brings the limits of the chain that it is of.
    await provider.send("evm_setBlockGasLimit", [`0x${options.gasLimit.toString(16)}`]);
    await provider.send("anvil_setNextBlockBaseFeePerGas", [`0x${BASE_FEE.toString(16)}`]);
    await provider.send("anvil_setBlockTimestampInterval", [options.chainSeconds]);
    return node;
  }

  async stop(): Promise<void> {
    this.provider.destroy();
    if (this.child.exitCode !== null || this.child.signalCode !== null) return;
    const ended = new Promise((resolve) => this.child.once("exit", resolve));
    this.child.kill("SIGKILL");
    await ended;
  }
}

// SPDX-License-Identifier: MIT
import { spawn, type ChildProcess } from "node:child_process";
import { createRequire } from "node:module";
import { JsonRpcProvider } from "ethers";

export interface NodeOptions {
  /** Seconds of the wall between blocks; 0: mines only when told. */
  blockSeconds: number;
  /** Seconds that the chain's clock advances a block. */
  chainSeconds: number;
  gasLimit: bigint;
  /** A state to begin with, as `stateOf` gives it. */
  stateFile?: string;
}

/** The unlocked accounts of anvil's mnemonic, in its order. */
export const MNEMONIC = "test test test test test test test test test test test junk";
export const BASE_FEE = 1_000_000_000n;

/** A real anvil that mines by the clock, on a port of its own. */
export class TrialNode {
  private constructor(
    private readonly child: ChildProcess,
    readonly url: string,
    readonly provider: JsonRpcProvider,
  ) {}

  static async start(options: NodeOptions): Promise<TrialNode> {
    const args = ["--port", "0", "--hardfork", "osaka", "--gas-limit", String(options.gasLimit), "--order", "fees"];
    args.push("--block-base-fee-per-gas", String(BASE_FEE), "--no-request-size-limit", "--enable-tx-gas-limit");
    if (options.stateFile) args.push("--load-state", options.stateFile);
    args.push(...(options.blockSeconds > 0 ? ["--block-time", String(options.blockSeconds)] : ["--no-mining"]));
    const child = spawn(anvilBinary(), args, { stdio: ["ignore", "pipe", "pipe"] });
    process.once("exit", () => child.kill("SIGKILL"));
    const url = `http://${await listening(child)}`;
    child.stdout.resume();
    child.stderr.resume();
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

/** Where anvil's native binary is: the launcher of the npm package would outlive a kill of itself. */
function anvilBinary(): string {
  const platform = `${process.platform}-${process.arch === "x64" ? "amd64" : process.arch}`;
  const name = process.platform === "win32" ? "anvil.exe" : "anvil";
  return createRequire(import.meta.url).resolve(`@foundry-rs/anvil-${platform}/bin/${name}`);
}

/** The address that anvil prints when it is ready. */
function listening(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = "";
    const read = (chunk: Buffer) => {
      text = (text + chunk.toString()).slice(-10_000);
      const match = /Listening on (\S+)/.exec(text);
      if (match) resolve(match[1]!);
    };
    child.stdout!.on("data", read);
    child.stderr!.on("data", read);
    child.once("error", reject);
    child.once("exit", (code) => reject(new Error(`anvil ended with ${code}: ${text.slice(-500)}`)));
  });
}

// SPDX-License-Identifier: MIT
import { spawn, type ChildProcess } from "node:child_process";
import { headerAt } from "../../sdk/client/chain/blocks.js";
import { HttpRpc } from "../../sdk/client/chain/HttpRpc.js";
import type { Rpc } from "../../sdk/client/chain/Rpc.js";
import type { Hex } from "../../sdk/orderHash.js";
import type { Address } from "../../sdk/range.js";
import { nativeBinary } from "../../tools/binary.mjs";
import { ForkFailed } from "../errors.js";

export interface Transaction {
  readonly from: Address;
  readonly to?: Address;
  readonly data: Hex;
}

export interface Mined {
  readonly ok: boolean;
  readonly gas: bigint;
  /** What a failed one reverted with. */
  readonly revert: Hex;
  /** The contract that it made. */
  readonly created: Address | undefined;
}

/** Below what EIP-7825 allows a transaction. */
const GAS = "0xf42400"; // 16,000,000
const START_SECONDS = 60;

interface Receipt {
  readonly status: string;
  readonly gasUsed: string;
  readonly contractAddress: Address | null;
}

/** What ends with this process. */
const running = new Set<ChildProcess>();
process.once("exit", () => running.forEach((child) => child.kill("SIGKILL")));

/** A copy of a chain at one block, on which anybody can be acted as and time moves when it is told to. */
export class Fork {
  readonly rpc: Rpc;
  private time: bigint;

  private constructor(
    private readonly child: ChildProcess,
    readonly url: string,
    start: bigint,
  ) {
    this.rpc = new HttpRpc([url], { requestTimeout: 120_000, requestRetries: 0 });
    this.time = start;
  }

  /** Of the chain behind `upstream`, at its block. Ends with this process. Throws ForkFailed. */
  static async start(upstream: string, block: number, port = 0): Promise<Fork> {
    const args = ["--fork-url", upstream, "--fork-block-number", String(block), "--port", String(port)];
    args.push("--no-mining", "--auto-impersonate", "--order", "fifo", "--hardfork", "osaka");
    args.push("--disable-block-gas-limit", "--base-fee", "0", "--gas-price", "0");
    args.push("--no-storage-caching", "--no-rate-limit", "--no-request-size-limit", "--timeout", "120000");
    const child = spawn(nativeBinary("anvil"), args, { stdio: ["ignore", "pipe", "pipe"] });
    running.add(child);
    const url = await listening(child, upstream);
    const { timestamp } = (await headerAt(
      new HttpRpc([url], { requestTimeout: 60_000, requestRetries: 0 }),
      "latest",
    ))!;
    return new Fork(child, url, timestamp);
  }

  /** The time of its latest block, Unix seconds. */
  get now(): bigint {
    return this.time;
  }

  async stop(): Promise<void> {
    running.delete(this.child);
    if (this.child.exitCode !== null || this.child.signalCode !== null) return;
    const ended = new Promise((resolve) => this.child.once("exit", resolve));
    this.child.kill("SIGKILL");
    await ended;
  }

  /** One block with these transactions, in this order, at this time. */
  async mine(transactions: readonly Transaction[], time = this.time + 1n): Promise<Mined[]> {
    if (time <= this.time) throw new ForkFailed(`a block at ${time} would not be after ${this.time}`);
    await this.send("anvil_setNextBlockBaseFeePerGas", ["0x0"]);
    await this.send("evm_setNextBlockTimestamp", [`0x${time.toString(16)}`]);
    const hashes: string[] = [];
    for (const each of transactions) {
      hashes.push((await this.send("eth_sendTransaction", [{ ...each, gas: GAS, gasPrice: "0x0" }])) as string);
    }
    await this.send("evm_mine", []);
    this.time = time;
    return Promise.all(hashes.map((hash) => this.mined(hash)));
  }

  /** Runs `play` and takes all of it back. */
  async undone<T>(play: () => Promise<T>): Promise<T> {
    const [snapshot, { time }] = [await this.send("evm_snapshot", []), this];
    try {
      return await play();
    } finally {
      await this.send("evm_revert", [snapshot]);
      this.time = time;
    }
  }

  async setCode(address: Address, code: Hex): Promise<void> {
    await this.send("anvil_setCode", [address, code]);
  }

  async send(method: string, params: readonly unknown[]): Promise<unknown> {
    return this.rpc.send(method, params);
  }

  private async mined(hash: string): Promise<Mined> {
    const receipt = (await this.send("eth_getTransactionReceipt", [hash])) as Receipt | null;
    if (receipt === null) throw new ForkFailed(`the fork has not mined ${hash}`);
    const ok = BigInt(receipt.status) === 1n;
    const revert = ok ? "0x" : await this.revertOf(hash);
    return { ok, gas: BigInt(receipt.gasUsed), revert, created: receipt.contractAddress ?? undefined };
  }

  private async revertOf(hash: string): Promise<Hex> {
    const trace = (await this.send("debug_traceTransaction", [hash, { tracer: "callTracer" }])) as { output?: Hex };
    return trace.output ?? "0x";
  }
}

function listening(child: ChildProcess, upstream: string): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = "";
    const fail = (why: string) => reject(new ForkFailed(`No fork of ${hostOf(upstream)}: ${why}`));
    const timer = setTimeout(() => {
      child.kill("SIGKILL");
      fail(`anvil was not ready after ${START_SECONDS} s`);
    }, START_SECONDS * 1_000);
    const read = (chunk: Buffer) => {
      text = (text + chunk.toString()).slice(-10_000);
      const match = /Listening on (\S+)/.exec(text);
      if (!match) return;
      clearTimeout(timer);
      resolve(`http://${match[1]!}`);
    };
    child.stdout!.on("data", read);
    child.stderr!.on("data", read);
    child.once("error", (failure) => fail(failure.message));
    child.once("exit", (code) => fail(`anvil ended with ${code}: ${text.slice(-300)}`));
  });
}

/** Without path and query, which may hold a key. */
function hostOf(url: string): string {
  return URL.canParse(url) ? new URL(url).host : "no URL";
}

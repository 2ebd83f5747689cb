// SPDX-License-Identifier: MIT
import { JsonRpcProvider, type Interface, type JsonRpcApiProvider } from "ethers";
import { startAnvil } from "./anvil.js";

/** A call to send as a transaction, from one of the chain's unlocked accounts. */
export interface Request {
  from: string;
  to: string;
  data: string;
}

export interface Log {
  address: string;
  topics: string[];
  data: string;
}

export interface Receipt {
  hash: string;
  ok: boolean;
  gasUsed: bigint;
  logs: Log[];
}

interface RawReceipt {
  status: string;
  gasUsed: string;
  logs: Log[];
}

// As EIP-7825 limits a transaction on mainnet.
const GAS = 16_777_216;

/** A chain of our own that mines when it is told to, at the times it is told. Ends with this process. */
export class Chain {
  private readonly nonces = new Map<string, number>();
  private time = 0;

  /** Over a node, or an EVM in this process, that `end` stops. */
  constructor(
    readonly provider: JsonRpcApiProvider,
    private readonly end: () => void,
    readonly url = "",
  ) {}

  /** Starts anvil, on a free port unless one is given, mining each transaction at once until `mineOnDemand`. */
  static async start(timestamp: number, port = 0): Promise<Chain> {
    const args = ["--gas-limit", "3000000000", "--base-fee", "0", "--timestamp", String(timestamp), "--order", "fifo"];
    for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.once(signal, () => process.exit(130));
    const { child, url } = await startAnvil(args, port);
    const provider = new JsonRpcProvider(url, undefined, {
      staticNetwork: true,
      pollingInterval: 20,
      cacheTimeout: -1,
      batchStallTime: 0,
    });
    // A second a block, also in what the node takes for the next one: nothing depends on how long this machine takes.
    await provider.send("anvil_setBlockTimestampInterval", [1]);
    return new Chain(provider, () => child.kill("SIGKILL"), url);
  }

  stop(): void {
    this.provider.destroy();
    this.end();
  }

  async mineOnDemand(): Promise<void> {
    await this.provider.send("evm_setAutomine", [false]);
    this.time = (await this.provider.getBlock("latest"))!.timestamp;
  }

  /** Unix seconds of the last block. */
  get now(): number {
    return this.time;
  }

  /**
   * One block with these transactions, in this order for each sender; at `time`, or as soon after it as blocks allow.
   */
  async mine(requests: Request[], time = 0): Promise<Receipt[]> {
    const hashes = await this.mineUnseen(requests, time);
    return Promise.all(hashes.map((hash) => this.receiptOf(hash)));
  }

  /** As `mine`, and answers with the transactions' hashes: receipts of many events take longer than the events. */
  async mineUnseen(requests: Request[], time = 0): Promise<string[]> {
    const hashes = await Promise.all(requests.map((request) => this.submit(request)));
    await this.seal(time);
    return hashes;
  }

  /** One block with all that others have sent. */
  async mineWaiting(): Promise<Receipt[]> {
    await this.seal(0);
    const block: { transactions: string[] } = await this.provider.send("eth_getBlockByNumber", ["latest", false]);
    return Promise.all(block.transactions.map((hash) => this.receiptOf(hash)));
  }

  /** Why a transaction failed: its error with arguments. */
  async reasonOf(receipt: Receipt, errors: Interface): Promise<string> {
    const trace = await this.provider.send("debug_traceTransaction", [receipt.hash, { tracer: "callTracer" }]);
    const error = trace.output ? errors.parseError(trace.output) : null;
    return error ? `${error.name}(${error.args.join(", ")})` : String(trace.error ?? trace.output);
  }

  /** This moment, to come back to. */
  snapshot(): Promise<string> {
    return this.provider.send("evm_snapshot", []);
  }

  /** Back to a snapshot, which is used up by that. */
  async restore(snapshot: string): Promise<void> {
    if ((await this.provider.send("evm_revert", [snapshot])) !== true)
      throw new Error(`there is no snapshot ${snapshot}`);
    this.nonces.clear();
    await this.mineOnDemand();
  }

  private async seal(time: number): Promise<void> {
    this.time = Math.max(this.time + 1, time);
    await this.provider.send("evm_setNextBlockTimestamp", [this.time]);
    await this.provider.send("evm_mine", []);
  }

  async receiptOf(hash: string): Promise<Receipt> {
    const receipt: RawReceipt | null = await this.provider.send("eth_getTransactionReceipt", [hash]);
    if (!receipt) throw new Error(`transaction ${hash} was not mined`);
    return { hash, ok: receipt.status === "0x1", gasUsed: BigInt(receipt.gasUsed), logs: receipt.logs };
  }

  private async submit({ from, to, data }: Request): Promise<string> {
    let nonce = this.nonces.get(from);
    if (nonce === undefined) {
      nonce = await this.provider.getTransactionCount(from);
      nonce = Math.max(nonce, this.nonces.get(from) ?? 0);
    }
    this.nonces.set(from, nonce + 1);
    const quantities = { nonce: `0x${nonce.toString(16)}`, gas: `0x${GAS.toString(16)}`, gasPrice: "0x1" };
    return this.provider.send("eth_sendTransaction", [{ from, to, data, ...quantities }]);
  }
}

// SPDX-License-Identifier: MIT
import { Wallet } from "ethers";
import type { Rpc } from "../../sdk/client/chain/Rpc.js";

const GAS = 400_000;
const TIP = 2_000_000_000n;
const POLL = 200; // ms
const PATIENCE = 60_000; // ms for a transaction to be mined

export interface Sent {
  readonly to: string;
  readonly data?: string;
  readonly value?: bigint;
}

/** A transaction of a purse was mined and failed. */
export class Reverted extends Error {
  override readonly name = "Reverted";
}

/** A key that sends transactions and waits for them. One call at a time. */
export class Purse {
  private readonly wallet: Wallet;
  private queue: Promise<unknown> = Promise.resolve();

  constructor(
    key: string,
    private readonly rpc: Rpc,
    private readonly chainId: bigint,
  ) {
    this.wallet = new Wallet(key);
  }

  get address(): string {
    return this.wallet.address;
  }

  /** Sends all and waits until the last one is mined. `tip`: wei a gas, for who wants to be early in the block. */
  send(calls: readonly Sent[], tip = TIP): Promise<void> {
    const sent = this.queue.then(() => this.sendNow(calls, tip));
    this.queue = sent.catch(() => {});
    return sent;
  }

  private async sendNow(calls: readonly Sent[], tip: bigint): Promise<void> {
    let nonce = Number(await this.rpc.send("eth_getTransactionCount", [this.address, "pending"]));
    const hashes: string[] = [];
    for (const { to, data = "0x", value = 0n } of calls) {
      const fees = { maxPriorityFeePerGas: tip, maxFeePerGas: tip + 100_000_000_000n, gasLimit: GAS };
      const { chainId } = this;
      const raw = await this.wallet.signTransaction({ to, data, value, nonce: nonce++, chainId, type: 2, ...fees });
      hashes.push((await this.rpc.send("eth_sendRawTransaction", [raw])) as string);
    }
    for (const hash of hashes) await this.mined(hash);
  }

  private async mined(hash: string): Promise<void> {
    const until = Date.now() + PATIENCE;
    for (;;) {
      const receipt = (await this.rpc.send("eth_getTransactionReceipt", [hash])) as { status: string } | null;
      if (receipt?.status === "0x1") return;
      if (receipt !== null) throw new Reverted(`transaction ${hash} of ${this.address} reverted`);
      if (Date.now() > until) throw new Error(`transaction ${hash} of ${this.address} was not mined`);
      await new Promise((resolve) => setTimeout(resolve, POLL));
    }
  }
}

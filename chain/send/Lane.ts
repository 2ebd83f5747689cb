// SPDX-License-Identifier: MIT
import { Transaction, type Wallet } from "ethers";
import type { Rpc } from "../../sdk/client/chain/Rpc.js";
import type { Address } from "../../sdk/order.js";
import type { Job } from "../store/Store.js";
import type { Call } from "./Call.js";
import type { Fees } from "./fees.js";

/** Signed, before anybody has seen it. */
export interface Signed {
  readonly raw: string;
  readonly hash: string;
}

/** A key with its nonces: each transaction has its own, in the order of sending. */
export class Lane {
  readonly address: Address;
  private next: number | undefined;

  constructor(
    private readonly wallet: Wallet,
    private readonly rpc: Rpc,
    private readonly relay: Rpc,
    private readonly chainId: bigint,
  ) {
    this.address = wallet.address as Address;
  }

  async balance(): Promise<bigint> {
    return BigInt((await this.rpc.send("eth_getBalance", [this.address, "latest"])) as string);
  }

  /** The nonce of the next job: after those on their way, and after whatever else the key has sent. */
  async nonce(jobs: readonly Job[]): Promise<number> {
    if (this.next === undefined) {
      this.next = Number(await this.rpc.send("eth_getTransactionCount", [this.address, "pending"]));
    }
    const own = jobs.filter(({ lane }) => lane === this.address).map(({ nonce }) => nonce + 1);
    return Math.max(this.next, ...own);
  }

  used(nonce: number): void {
    this.next = Math.max(this.next ?? 0, nonce + 1);
  }

  /** Asks the chain again before the next job: a nonce was lost or taken by others. */
  resync(): void {
    this.next = undefined;
  }

  sign({ to, data, value = 0n }: Call, nonce: number, gas: bigint, { maxFee, priorityFee }: Fees): Signed {
    const fees = { maxFeePerGas: maxFee, maxPriorityFeePerGas: priorityFee };
    const wish = { type: 2, chainId: this.chainId, nonce, to, data, gasLimit: gas, value, ...fees };
    const transaction = Transaction.from(wish);
    transaction.signature = this.wallet.signingKey.sign(transaction.unsignedHash);
    return { raw: transaction.serialized, hash: transaction.hash! };
  }

  async broadcast(raw: string): Promise<void> {
    await this.relay.send("eth_sendRawTransaction", [raw]);
  }
}

// SPDX-License-Identifier: MIT
import type { Address } from "../../sdk/order.js";
import type { Hex } from "../../sdk/orderHash.js";
import type { Live } from "../book/Live.js";
import { Refusal } from "../book/refusals.js";
import type { Gate } from "../check/Gate.js";
import type { SignaturePool } from "../check/SignaturePool.js";
import type { Receipt } from "../journal/page.js";
import { cancelBelowDigest, cancelDigest } from "../order/cancel.js";
import { ownerOf, type SignedOrder } from "../order/Order.js";
import { recoverAddress } from "../order/signing.js";
import type { Exchange, Posted } from "./Exchange.js";

/** Where requests about orders come in: checks first, then the exchange. */
export class Desk {
  constructor(
    readonly exchange: Exchange,
    private readonly gate: Gate,
    private readonly pool: Pick<SignaturePool, "ask">,
    private readonly chainId: bigint,
    private readonly clearinghouse: Address,
  ) {}

  /** Accepts an order, or throws the Refusal that says why not. */
  async post(signed: SignedOrder): Promise<Posted> {
    const { engine } = this.exchange;
    const { hash, signer } = await this.pool.ask(signed);
    const known = engine.orders.get(hash);
    if (known !== undefined) return { live: known, receipt: undefined };
    await this.gate.signature(signed, hash, signer);
    await this.gate.admitted(signed);
    await this.gate.prepare([signed]);
    this.gate.terms(signed);
    return this.exchange.post(hash, signed);
  }

  /**
   * Accepts the legs of a package, whole and together, or throws the Refusal that says why not.
   * @param most What all of them pay at most, 1e-9 quote; negative: the least that they receive.
   */
  async postRun(legs: readonly SignedOrder[], most?: bigint): Promise<Posted[]> {
    const { engine } = this.exchange;
    const answers = await Promise.all(legs.map((leg) => this.pool.ask(leg)));
    const placed = legs.map((signed, index) => ({ hash: answers[index]!.hash, signed }));
    if (placed.every(({ hash }) => engine.orders.has(hash))) return this.exchange.postRun(placed, most);
    await Promise.all(
      placed.map(async ({ hash, signed }, index) => {
        await this.gate.signature(signed, hash, answers[index]!.signer);
        await this.gate.admitted(signed);
      }),
    );
    await this.gate.prepare(legs);
    this.gate.runTerms(legs);
    return this.exchange.postRun(placed, most);
  }

  /** Cancels an order for its owner or a listed key. What is matched already stays so. */
  async cancel(order: Hex, signature: Hex): Promise<{ live: Live; receipt: Receipt | undefined }> {
    const live = this.find(order);
    this.requireOwn(live.signed.order.account, cancelDigest(order, this.chainId, this.clearinghouse), signature);
    return { live, receipt: await this.exchange.cancel(live, signature) };
  }

  /** Cancels all orders of an account whose sequence is below one. */
  async cancelBelow(account: bigint, below: bigint, signature: Hex): Promise<Posted[]> {
    this.requireOwn(account, cancelBelowDigest(account, below, this.chainId, this.clearinghouse), signature);
    return this.exchange.cancelBelow(account, below, signature);
  }

  private requireOwn(account: bigint, digest: Hex, signature: Hex): void {
    const signer = recoverAddress(digest, signature);
    if (signer !== undefined && (signer === ownerOf(account) || this.gate.listed(account, signer))) return;
    throw new Refusal(
      "SignerNotAuthorised",
      "The cancellation is not signed by the owner of the order or a key that the owner has listed.",
      403,
    );
  }

  find(order: Hex): Live {
    const live = this.exchange.engine.orders.get(order);
    if (live === undefined) throw new Refusal("OrderUnknown", "The relay has no such order.", 404);
    return live;
  }
}

// SPDX-License-Identifier: MIT
import type { Address } from "../../sdk/order.js";
import type { Hex } from "../../sdk/orderHash.js";
import type { Live } from "../book/Live.js";
import { Refusal } from "../book/refusals.js";
import type { Gate } from "../check/Gate.js";
import type { SignaturePool } from "../check/SignaturePool.js";
import type { Receipt } from "../journal/page.js";
import { cancelDigest } from "../order/cancel.js";
import type { SignedOrder } from "../order/Order.js";
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
    this.gate.terms(signed);
    return this.exchange.post(hash, signed);
  }

  /** Cancels an order for its owner or a listed key. What is matched already stays so. */
  async cancel(order: Hex, signature: Hex): Promise<{ live: Live; receipt: Receipt | undefined }> {
    const live = this.find(order);
    const signer = recoverAddress(cancelDigest(order, this.chainId, this.clearinghouse), signature);
    if (signer === undefined || (signer !== live.owner && !this.gate.listed(live.signed.order.account, signer))) {
      throw new Refusal(
        "SignerNotAuthorised",
        "The cancellation is not signed by the owner of the order or a key that the owner has listed.",
        403,
      );
    }
    return { live, receipt: await this.exchange.cancel(live, signature) };
  }

  find(order: Hex): Live {
    const live = this.exchange.engine.orders.get(order);
    if (live === undefined) throw new Refusal("OrderUnknown", "The relay has no such order.", 404);
    return live;
  }
}

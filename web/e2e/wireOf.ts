// SPDX-License-Identifier: MIT
import { NOBODY, type Order } from "../../sdk/index.js";

/** A signed order as it is posted to a relay, as text. */
export function wireOf({ order, signer, signature }: { order: Order; signer: string; signature: string }): string {
  const wire = {
    account: String(order.account),
    market: Number(order.market),
    size: String(order.size),
    limit: String(order.limit),
    salt: String(order.salt),
    expiry: Number(order.expiry),
    use: ["TAKER", "MAKER", "EITHER"][Number(order.use)],
    reduceOnly: false,
    maxFee: Number(order.maxFee),
    matcher: NOBODY,
    trigger: "0",
    triggerAbove: false,
  };
  return JSON.stringify({ order: wire, signer, signature });
}

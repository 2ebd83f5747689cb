// SPDX-License-Identifier: MIT
import {
  USE,
  accountOf,
  buildOrder,
  marketOf,
  orderDigest,
  parsePrice,
  parseSize,
  saltAt,
  signOrder,
} from "../index.js";
import type { Address, EthersSigner, SignedOrder, ViemWallet } from "../index.js";

/** The same order, signed by whatever wallet there is. */
export async function sign(
  owner: Address,
  wallet: EthersSigner | ViemWallet,
  clearinghouse: Address,
): Promise<{ signed: SignedOrder; digest: string }> {
  const order = buildOrder({
    account: accountOf(owner, 0),
    market: marketOf(1, 0),
    size: parseSize("1"), // buys
    limit: parsePrice("60000.1"),
    salt: saltAt(Date.now()), // filling or cancelling a sequence voids all lower ones of its lane
    expiry: 2_000_000_000n,
    use: USE.TAKER,
  });
  const signed = await signOrder(order, wallet, 31_337n, clearinghouse);
  return { signed, digest: orderDigest(order, 31_337n, clearinghouse) };
}

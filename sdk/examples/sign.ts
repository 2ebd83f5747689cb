// SPDX-License-Identifier: MIT
import { accountOf, buildOrder, marketOf, orderDigest, price, saltOf, sequenceAt, signOrder, size } from "../index.js";
import type { Address, EthersSigner, Keccak, SignedOrder, ViemWallet } from "../index.js";

/** The same order, signed by whatever wallet there is. */
export async function sign(
  owner: Address,
  wallet: EthersSigner | ViemWallet,
  clearinghouse: Address,
  keccak256: Keccak,
): Promise<{ signed: SignedOrder; digest: string }> {
  const order = buildOrder({
    account: accountOf(owner, 0),
    market: marketOf(1, 0),
    size: size(1_000_000_000n), // buys 1.0
    limit: price(60_000n * 10n ** 18n),
    salt: saltOf(sequenceAt(Date.now()), 0n), // filling or cancelling a sequence voids all lower ones of its lane
    expiry: 2_000_000_000n,
    taker: true,
  });
  const signed = await signOrder(order, wallet, 31_337n, clearinghouse);
  return { signed, digest: orderDigest(order, 31_337n, clearinghouse, keccak256) };
}

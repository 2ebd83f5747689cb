// SPDX-License-Identifier: MIT
import { orderHash, signOrder, type Address, type Eip1193Wallet, type Order, type SignedOrder } from "../index.js";

/** An order signed by a browser's wallet (`window.ethereum`), without a chain library. */
export async function signInBrowser(
  wallet: Pick<Eip1193Wallet, "request">,
  address: Address,
  order: Order,
  clearinghouse: Address,
): Promise<{ signed: SignedOrder; hash: string }> {
  const chainId = BigInt((await wallet.request({ method: "eth_chainId", params: [] })) as string);
  const asked = { address, request: wallet.request.bind(wallet) };
  const signed = await signOrder(order, asked, chainId, clearinghouse); // WrongSigner if another account signed
  return { signed, hash: orderHash(order) };
}

// SPDX-License-Identifier: MIT
import { typedOrder, type Address, type Order } from "./order.js";
import type { Hex } from "./orderHash.js";

/** An ethers signer, as far as it is used here. */
export interface EthersSigner {
  getAddress(): Promise<string>;
  signTypedData(domain: never, types: never, message: never): Promise<string>;
}

/** A viem account, or a wallet client that has one. */
export interface ViemWallet {
  readonly address?: Address;
  readonly account?: { readonly address: Address } | undefined;
  signTypedData(parameters: never): Promise<Hex>;
}

export interface SignedOrder {
  readonly order: Order;
  readonly signer: Address;
  readonly signature: Hex;
}

/** A viem wallet client without an account was asked to sign. */
export class NoAccount extends Error {
  constructor() {
    super("the wallet has no account to sign with: create the wallet client with one");
  }
}

/**
 * Signs an order for the clearinghouse at `verifyingContract`, with a signer of ethers or of viem. The signer is the owner of the account
 * or a key that the owner has authorised (setSigner).
 */
export async function signOrder(
  order: Order,
  signer: EthersSigner | ViemWallet,
  chainId: bigint,
  verifyingContract: Address,
): Promise<SignedOrder> {
  const typed = typedOrder(order, chainId, verifyingContract);
  if ("getAddress" in signer) {
    const address = (await signer.getAddress()) as Address;
    const { domain, types, message } = typed;
    const sign = signer.signTypedData.bind(signer) as (...parts: unknown[]) => Promise<string>;
    return { order, signer: address, signature: (await sign(domain, types, message)) as Hex };
  }
  const account = signer.account ?? (signer.address === undefined ? undefined : { address: signer.address });
  if (account === undefined) throw new NoAccount();
  const sign = signer.signTypedData.bind(signer) as (parameters: unknown) => Promise<Hex>;
  return { order, signer: account.address, signature: await sign({ ...typed, account }) };
}

// SPDX-License-Identifier: MIT
import { Wallet, id, keccak256 } from "ethers";
import { USE, accountOf, buildOrder, saltOf, type AccountId, type Address, type MarketId } from "../../sdk/order.js";
import { orderDigest, type Hex } from "../../sdk/orderHash.js";
import type { SignedOrder } from "../../sdk/signOrder.js";
import { price, size } from "../../sdk/units.js";

export type { SignedOrder } from "../../sdk/signOrder.js";

/** Whoever has an account, with the wallet that signs for it. */
export interface Member {
  wallet: Wallet;
  account: AccountId;
}

/** Where an order counts: a clearinghouse on a chain. */
export interface Domain {
  chainId: bigint;
  clearinghouse: Address;
}

/** Each sequence voids the lower ones of its lane. */
export interface Wish {
  market: bigint;
  /** 1e-9 base, positive to buy. */
  size: bigint;
  /** 1e-18 quote. */
  limit: bigint;
  taker: boolean;
  sequence: number;
  lane?: number;
}

const FOREVER = 2n ** 40n - 1n;

/** Account `number` of the owner that a name stands for, the same in every run. */
export function member(name: string, number = 0): Member {
  const wallet = new Wallet(id(name));
  return { wallet, account: accountOf(wallet.address as Address, number) };
}

/**
 * An order that is valid for ever, for any matcher and fee. It is signed when its signature is asked for: makers renew
 * all their quotes with each price, and few are taken.
 */
export function signOrder({ wallet, account }: Member, { chainId, clearinghouse }: Domain, wish: Wish): SignedOrder {
  const order = buildOrder({
    account,
    market: wish.market as MarketId,
    size: size(wish.size),
    limit: price(wish.limit),
    salt: saltOf(BigInt(wish.sequence), BigInt(wish.lane ?? 0)),
    expiry: FOREVER,
    use: wish.taker ? USE.TAKER : USE.MAKER,
  });
  let signature: Hex | undefined;
  return {
    order,
    signer: wallet.address as Address,
    get signature() {
      signature ??= wallet.signingKey.sign(orderDigest(order, chainId, clearinghouse, keccak256)).serialized as Hex;
      return signature;
    },
  };
}

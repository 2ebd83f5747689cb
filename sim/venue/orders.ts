// SPDX-License-Identifier: MIT
import { TypedDataEncoder, type BaseWallet, type TypedDataDomain } from "ethers";
import {
  ORDER_TYPES,
  accountOf as accountOfAddress,
  buildOrder,
  saltOf,
  type AccountId,
  type Address,
  type MarketId,
  type Order,
} from "../../sdk/order.js";
import { price, size } from "../../sdk/units.js";

export interface SignedOrder {
  order: Order;
  signer: string;
  signature: string;
}

const FOREVER = 2n ** 40n - 1n;

/** The account `number` of an owner. */
export function accountOf(owner: string, number: number): AccountId {
  return accountOfAddress(owner as Address, number);
}

/** An order of the wallet's account, valid for ever, for any matcher and fee; each sequence voids the lower ones of its lane. */
export function signOrder(
  wallet: BaseWallet,
  domain: TypedDataDomain,
  wish: {
    account: bigint;
    market: bigint;
    size: bigint;
    limit: bigint;
    taker: boolean;
    sequence: number;
    lane?: number;
  },
): SignedOrder {
  const order = buildOrder({
    account: wish.account as AccountId,
    market: wish.market as MarketId,
    size: size(wish.size),
    limit: price(wish.limit),
    salt: saltOf(BigInt(wish.sequence), BigInt(wish.lane ?? 0)),
    expiry: FOREVER,
    taker: wish.taker,
  });
  const digest = TypedDataEncoder.hash(domain, ORDER_TYPES, order);
  return { order, signer: wallet.address, signature: wallet.signingKey.sign(digest).serialized };
}

// SPDX-License-Identifier: MIT
import { TypedDataEncoder, type BaseWallet, type TypedDataDomain } from "ethers";
import { ORDER_TYPES } from "../sdk/order.js";

/** As IClearinghouse.Order. */
export interface Order {
  account: bigint;
  market: bigint;
  size: bigint;
  limit: bigint;
  salt: bigint;
  expiry: number;
  taker: boolean;
  reduceOnly: boolean;
  matcher: string;
  maxFee: number;
}

export interface SignedOrder {
  order: Order;
  signer: string;
  signature: string;
}

const FOREVER = 2 ** 40 - 1;
const ANYBODY = "0x0000000000000000000000000000000000000000";

/** The account `number` of an owner. */
export function accountOf(owner: string, number: number): bigint {
  return (BigInt(owner) << 32n) | BigInt(number);
}

/** An order of the wallet's account, valid for ever, for any matcher and fee; each sequence voids the lower ones of its lane. */
export function signOrder(
  wallet: BaseWallet,
  domain: TypedDataDomain,
  wish: Pick<Order, "account" | "market" | "size" | "limit" | "taker"> & { sequence: number; lane?: number },
): SignedOrder {
  const { sequence, lane = 0, ...rest } = wish;
  const salt = (BigInt(sequence) << 16n) | BigInt(lane);
  const order = { ...rest, salt, expiry: FOREVER, reduceOnly: false, matcher: ANYBODY, maxFee: 5_000 };
  const digest = TypedDataEncoder.hash(domain, ORDER_TYPES, order);
  return { order, signer: wallet.address, signature: wallet.signingKey.sign(digest).serialized };
}

/** The hash by which events name an order. */
export function orderHash(order: Order): string {
  return TypedDataEncoder.hashStruct("Order", ORDER_TYPES, order);
}

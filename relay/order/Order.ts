// SPDX-License-Identifier: MIT
import type { Address, Use } from "../../sdk/order.js";
import type { Hex } from "../../sdk/orderHash.js";

/** A signed wish to trade: sizes 1e-9 base (negative sells), prices 1e-18 quote per base, times Unix seconds. */
export interface Order {
  readonly account: bigint;
  readonly market: bigint;
  readonly size: bigint;
  readonly limit: bigint;
  readonly salt: bigint;
  readonly expiry: bigint;
  readonly use: Use;
  readonly reduceOnly: boolean;
  readonly maxFee: bigint;
  readonly matcher: Address;
  /** The order is void until the mark is at or above it, or at or below it; 0: none. */
  readonly trigger: bigint;
  readonly triggerAbove: boolean;
}

export { USE, type Use } from "../../sdk/order.js";

export interface SignedOrder {
  readonly order: Order;
  /** Who signed: the owner, or a key or wallet that the owner has listed. */
  readonly signer: Address;
  readonly signature: Hex;
  /** The signer is a contract wallet (ERC-1271): the signature is in its own form, and only the chain can check it. */
  readonly byContract?: boolean | undefined;
}

/** In lower case. */
export function ownerOf(account: bigint): Address {
  return `0x${(account >> 32n).toString(16).padStart(40, "0")}`;
}

/** The lane of a salt: filling or cancelling a sequence voids all lower ones of its lane. */
export function laneOf(salt: bigint): bigint {
  return salt & 0xffffn;
}

export function magnitude(size: bigint): bigint {
  return size < 0n ? -size : size;
}

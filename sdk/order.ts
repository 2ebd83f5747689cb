// SPDX-License-Identifier: MIT
import type { Price, Size } from "./units.js";

/** `owner << 32 | number`. */
export type AccountId = bigint & { readonly accountId: true };
/** `group << 2 | index`. */
export type MarketId = bigint & { readonly marketId: true };
/** A clearing group; 0 is no group. */
export type GroupId = bigint & { readonly groupId: true };

export type Address = `0x${string}`;

/** A wish to trade, as the clearinghouse reads it. Its comment in IClearinghouse says what each member means. */
export interface Order {
  readonly account: AccountId;
  readonly market: MarketId;
  readonly size: Size;
  readonly limit: Price;
  readonly salt: bigint;
  readonly expiry: bigint;
  readonly taker: boolean;
  readonly reduceOnly: boolean;
  readonly matcher: Address;
  readonly maxFee: bigint;
}

export const NOBODY: Address = "0x0000000000000000000000000000000000000000";

export function accountOf(owner: Address, number: number): AccountId {
  return ((BigInt(owner) << 32n) | BigInt(number)) as AccountId;
}

export function ownerOf(account: AccountId): Address {
  return `0x${(account >> 32n).toString(16).padStart(40, "0")}`;
}

/** The account's number among its owner's. */
export function numberOf(account: AccountId): number {
  return Number(account & 0xffffffffn);
}

export function groupOf(market: MarketId): GroupId {
  return (market >> 2n) as GroupId;
}

/** The market's index in its group. */
export function indexOf(market: MarketId): number {
  return Number(market & 3n);
}

export function marketOf(group: number, index: number): MarketId {
  return ((BigInt(group) << 2n) | BigInt(index)) as MarketId;
}

/**
 * The salt of an order: filling or cancelling a sequence voids all lower ones of its lane. A sequence is a small counter, or better
 * milliseconds of Unix time (sequenceAt); the clearinghouse takes none that is more than an hour ahead.
 */
export function saltOf(sequence: bigint, lane: bigint): bigint {
  return (sequence << 16n) | lane;
}

/** An order with the members that are rarely wanted filled in: anybody may submit it, any size of position, any fee. */
export function buildOrder(
  wanted: Pick<Order, "account" | "market" | "size" | "limit" | "salt" | "expiry" | "taker"> & Partial<Order>,
): Order {
  return { reduceOnly: false, matcher: NOBODY, maxFee: 0xffffffn, ...wanted };
}

/** EIP-712 types of an order, as plain objects for any wallet library. */
export const ORDER_TYPES = {
  Order: [
    { name: "account", type: "uint192" },
    { name: "market", type: "uint32" },
    { name: "size", type: "int256" },
    { name: "limit", type: "int256" },
    { name: "salt", type: "uint64" },
    { name: "expiry", type: "uint40" },
    { name: "taker", type: "bool" },
    { name: "reduceOnly", type: "bool" },
    { name: "matcher", type: "address" },
    { name: "maxFee", type: "uint24" },
  ],
};

export interface TypedDomain {
  readonly name: string;
  readonly version: string;
  readonly chainId: bigint;
  readonly verifyingContract: Address;
}

export interface TypedData {
  readonly domain: TypedDomain;
  readonly types: typeof ORDER_TYPES;
  readonly primaryType: "Order";
  readonly message: Order;
}

/** What a signer signs: EIP-712 typed data of `order` for the clearinghouse at `verifyingContract`. */
export function typedOrder(order: Order, chainId: bigint, verifyingContract: Address): TypedData {
  const domain = { name: "Novation", version: "1", chainId, verifyingContract };
  return { domain, types: ORDER_TYPES, primaryType: "Order", message: order };
}

// SPDX-License-Identifier: MIT
import { checkedOrder } from "./checkOrder.js";
import { OutOfRange, addressOf, bigintOf, uintOf, wholeOf, type Address } from "./range.js";
import { MAX_MARK, MIN_MARK, type Price, type Size } from "./units.js";

export type { Address } from "./range.js";
export { saltOf } from "./salt.js";

/** `owner << 32 | number`. */
export type AccountId = bigint & { readonly accountId: true };
/** `group << 2 | index`. */
export type MarketId = bigint & { readonly marketId: true };
/** A clearing group; 0 is no group. */
export type GroupId = bigint & { readonly groupId: true };

/** On which side of a match an order may stand: it only takes, it only rests, or it takes first and then rests. */
export const USE = { TAKER: 0n, MAKER: 1n, EITHER: 2n } as const;
export type Use = (typeof USE)[keyof typeof USE];

/** A wish to trade, as it is signed. Its comment in interfaces/Orders.sol says what each member means. */
export interface Order {
  readonly account: AccountId;
  readonly market: MarketId;
  readonly size: Size;
  readonly limit: Price;
  readonly salt: bigint;
  readonly expiry: bigint;
  readonly use: Use;
  readonly reduceOnly: boolean;
  readonly maxFee: bigint;
  readonly matcher: Address;
  /** Void until the mark is at or above it (`triggerAbove`), or at or below it; 0: none. */
  readonly trigger: Price;
  readonly triggerAbove: boolean;
}

export const NOBODY: Address = "0x0000000000000000000000000000000000000000";

const RARELY_WANTED = {
  reduceOnly: false,
  maxFee: 0xffffffn,
  matcher: NOBODY,
  trigger: 0n as Price,
  triggerAbove: false,
};

const MAX_NUMBER = 2n ** 32n - 1n;
const MAX_GROUP = 2n ** 30n - 1n;
const MAX_INDEX = 3n;
/** The largest size that an order may ask for, either way. */
const MAX_SIZE = 2n ** 72n - 1n;

/**
 * The account `number` of `owner`. Throws OutOfRange when one of them does not fit: it would be somebody else's
 * account.
 */
export function accountOf(owner: Address, number: number | bigint): AccountId {
  const high = BigInt(addressOf(owner, "owner"));
  return ((high << 32n) | wholeOf(number, 0n, MAX_NUMBER, "account number")) as AccountId;
}

/** In lower case. */
export function ownerOf(account: AccountId): Address {
  return `0x${(uintOf(account, 192, "account id") >> 32n).toString(16).padStart(40, "0")}`;
}

/** The account's number among its owner's. */
export function numberOf(account: AccountId): number {
  return Number(uintOf(account, 192, "account id") & MAX_NUMBER);
}

export function groupOf(market: MarketId): GroupId {
  return (uintOf(market, 32, "market id") >> 2n) as GroupId;
}

/** The market's index in its group. */
export function indexOf(market: MarketId): number {
  return Number(uintOf(market, 32, "market id") & 3n);
}

/** The market at `index` (0 to 3) of a group. */
export function marketOf(group: number | bigint, index: number | bigint): MarketId {
  return ((groupIdOf(group) << 2n) | wholeOf(index, 0n, MAX_INDEX, "index of a market in its group")) as MarketId;
}

export function groupIdOf(group: number | bigint): GroupId {
  return wholeOf(group, 0n, MAX_GROUP, "group") as GroupId;
}

/**
 * An order with the members that are rarely wanted filled in: anybody may submit it, any size of position, any fee, no
 * trigger.
 */
export function buildOrder(
  wanted: Pick<Order, "account" | "market" | "size" | "limit" | "salt" | "expiry" | "use"> & Partial<Order>,
): Order {
  const order = checkedOrder({ ...RARELY_WANTED, ...wanted });
  bigintOf(order.size, -MAX_SIZE, MAX_SIZE, "order.size");
  if (order.size === 0n) throw new OutOfRange(order.size, "order.size", "a size above zero to buy, or below to sell");
  bigintOf(order.limit, MIN_MARK, MAX_MARK, "order.limit");
  if (order.trigger !== 0n) bigintOf(order.trigger, MIN_MARK, MAX_MARK, "order.trigger");
  else if (order.triggerAbove) throw new OutOfRange(true, "order.triggerAbove", "false, or a trigger");
  return order;
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
    { name: "use", type: "uint8" },
    { name: "reduceOnly", type: "bool" },
    { name: "maxFee", type: "uint24" },
    { name: "matcher", type: "address" },
    { name: "trigger", type: "int256" },
    { name: "triggerAbove", type: "bool" },
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
  return {
    domain: {
      name: "Novation",
      version: "1",
      chainId: uintOf(chainId, 256, "chain id"),
      verifyingContract: addressOf(verifyingContract, "clearinghouse"),
    },
    types: ORDER_TYPES,
    primaryType: "Order",
    message: checkedOrder(order),
  };
}

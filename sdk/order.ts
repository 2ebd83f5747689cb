// SPDX-License-Identifier: MIT
import { checkedOrder } from "./checkOrder.js";
import { OutOfRange, addressOf, bigintOf, uintOf, wholeOf, type Address } from "./range.js";
import { MAX_MARK, MIN_MARK, type Price, type Size } from "./units.js";

export type { Address } from "./range.js";
export { saltOf } from "./salt.js";

/** `owner << 32 | number`. */
export type AccountId = bigint & { readonly accountId: true };
/** `group << 2 | index`; in a clearinghouse of options a series, `group << 8 | index`. */
export type MarketId = bigint & { readonly marketId: true };
/** A clearing group; 0 is no group. */
export type GroupId = bigint & { readonly groupId: true };

/**
 * What a clearinghouse lists: markets of linear groups, or series of option groups. It decides how they are numbered,
 * and the numbers do not tell: 256 is a market of group 64, and a series of group 1.
 */
export type VenueKind = "linear" | "options";

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
/** How many bits of a market's number are its index in its group. */
const INDEX_BITS = { linear: 2n, options: 8n } as const;

/** The most markets that a linear group has. */
export const MAX_MARKETS = 4;
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

/** @param kind What the clearinghouse lists: of a venue that is followed `venue.kind`. */
export function groupOf(market: MarketId, kind: VenueKind = "linear"): GroupId {
  return (uintOf(market, 32, "market id") >> INDEX_BITS[kind]) as GroupId;
}

/** The market's index in its group. */
export function indexOf(market: MarketId, kind: VenueKind = "linear"): number {
  return Number(uintOf(market, 32, "market id") & maxIndex(kind));
}

/** The market at `index` of a group: 0 to 3, of a series 0 to 255. */
export function marketOf(group: number | bigint, index: number | bigint, kind: VenueKind = "linear"): MarketId {
  const place = wholeOf(index, 0n, maxIndex(kind), "index of a market in its group");
  return ((groupIdOf(group, kind) << INDEX_BITS[kind]) | place) as MarketId;
}

export function groupIdOf(group: number | bigint, kind: VenueKind = "linear"): GroupId {
  return wholeOf(group, 0n, (1n << (32n - INDEX_BITS[kind])) - 1n, "group") as GroupId;
}

function maxIndex(kind: VenueKind): bigint {
  return (1n << INDEX_BITS[kind]) - 1n;
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

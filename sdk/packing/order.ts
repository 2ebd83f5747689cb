// SPDX-License-Identifier: MIT
import { checkedOrder } from "../checkOrder.js";
import { NOBODY, type AccountId, type Address, type MarketId, type Order, type Use } from "../order.js";
import type { Hex } from "../orderHash.js";
import { OutOfRange, addressOf, bigintOf } from "../range.js";
import { BadSignature, compactSignature, normalSignature } from "../signature.js";
import type { Price, Size } from "../units.js";
import { Malformed, Reader, field } from "./bytes.js";

// The form is that of contracts/trading/PackedOrders.sol.

/** A signed order, as far as packing wants it. */
export interface Packable {
  readonly order: Order;
  readonly signer: string;
  readonly signature: string;
  /** See SignedOrder. */
  readonly byContract?: boolean;
}

/** What packed bytes say of who signed: a key's signature tells its signer, and a contract is named. */
export type Unpacked = { readonly order: Order; readonly signature: Hex } & (
  { readonly byContract: false } | { readonly byContract: true; readonly signer: Address }
);

const SELLS = 1n;
const USE_SHIFT = 1n;
const REDUCE_ONLY = 8n;
const HAS_MATCHER = 16n;
const HAS_TRIGGER = 32n;
const TRIGGER_ABOVE = 64n;
const BY_CONTRACT = 128n;
const MAX_SIZE = 2n ** 72n - 1n;
const ADDRESS = 20;

/**
 * A signed order in the bytes that the clearinghouse reads; its market is said by the match. Throws OutOfRange when
 * the form has no room for one of its members, BadSignature when a key's signature is none.
 */
export function packOrder(signed: Packable): Hex {
  const order = checkedOrder(signed.order);
  const size = bigintOf(order.size, -MAX_SIZE, MAX_SIZE, "order.size");
  if (order.triggerAbove && order.trigger === 0n) {
    throw new OutOfRange(true, "order.triggerAbove", "false, or a trigger");
  }
  const byContract = signed.byContract === true;
  return `0x${[
    field(order.account, 24, "order.account"),
    field(order.salt, 8, "order.salt"),
    field(size < 0n ? -size : size, 9, "order.size"),
    field(order.limit, 11, "order.limit"),
    field(order.expiry, 5, "order.expiry"),
    field(order.maxFee, 3, "order.maxFee"),
    field(flagsOf(order, byContract), 1, "flags"),
    isNobody(order.matcher) ? "" : field(BigInt(order.matcher), ADDRESS, "order.matcher"),
    order.trigger === 0n ? "" : field(order.trigger, 11, "order.trigger"),
    byContract ? contractProof(signed) : compactSignature(signed.signature).slice(2),
  ].join("")}`;
}

/** The order of `market` in packed bytes. Throws Malformed for what no order packs to. */
export function unpackOrder(packed: string, market: MarketId): Unpacked {
  const reader = new Reader(packed);
  const unpacked = readOrder(reader, market);
  reader.end();
  return unpacked;
}

/** The next order. */
export function readOrder(reader: Reader, market: MarketId): Unpacked {
  const start = reader.position;
  const account = reader.uint(24) as AccountId;
  const salt = reader.uint(8);
  const [size, limit] = [reader.uint(9), reader.uint(11) as Price];
  const [expiry, maxFee] = [reader.uint(5), reader.uint(3)];
  const flags = reader.uint(1);
  const has = (flag: bigint) => (flags & flag) !== 0n;
  const use = (flags >> USE_SHIFT) & 3n;
  if (use === 3n) throw new Malformed(start, "it has a use that there is not");
  const matcher = has(HAS_MATCHER) ? (reader.hex(ADDRESS) as Address) : NOBODY;
  if (has(HAS_MATCHER) && isNobody(matcher)) throw new Malformed(start, "nobody is named as its matcher");
  const trigger = (has(HAS_TRIGGER) ? reader.uint(11) : 0n) as Price;
  if (has(HAS_TRIGGER | TRIGGER_ABOVE) && trigger === 0n) throw new Malformed(start, "its trigger is zero");
  const order: Order = {
    account,
    market,
    size: (has(SELLS) ? -size : size) as Size,
    limit,
    salt,
    expiry,
    use: use as Use,
    reduceOnly: has(REDUCE_ONLY),
    maxFee,
    matcher,
    trigger,
    triggerAbove: has(TRIGGER_ABOVE),
  };
  if (!has(BY_CONTRACT)) return { order, signature: normalSignature(reader.hex(64)), byContract: false };
  const signer = reader.hex(ADDRESS) as Address;
  if (isNobody(signer)) throw new Malformed(start, "nobody is named as the contract that signed");
  return { order, signature: reader.hex(Number(reader.uint(2))), byContract: true, signer };
}

function flagsOf(order: Order, byContract: boolean): bigint {
  let flags = order.use << USE_SHIFT;
  if (order.size < 0n) flags |= SELLS;
  if (order.reduceOnly) flags |= REDUCE_ONLY;
  if (!isNobody(order.matcher)) flags |= HAS_MATCHER;
  if (order.trigger !== 0n) flags |= HAS_TRIGGER;
  if (order.triggerAbove) flags |= TRIGGER_ABOVE;
  if (byContract) flags |= BY_CONTRACT;
  return flags;
}

function contractProof({ signer, signature }: Packable): string {
  if (!/^0x([0-9a-fA-F]{2})*$/.test(signature)) throw new BadSignature(signature, "it is not bytes in hex");
  if (isNobody(addressOf(signer, "signer") as Address))
    throw new OutOfRange(signer, "signer", "the contract's address");
  const length = field(BigInt(signature.length / 2 - 1), 2, "length of the signature");
  return `${signer.slice(2)}${length}${signature.slice(2)}`.toLowerCase();
}

function isNobody(address: Address): boolean {
  return BigInt(address) === 0n;
}

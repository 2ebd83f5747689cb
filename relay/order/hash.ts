// SPDX-License-Identifier: MIT
import type { Hex } from "../../sdk/orderHash.js";
import { hashHex, hashText, word, wordOf } from "../journal/bytes.js";
import type { Order } from "./Order.js";

const TYPE =
  "Order(uint192 account,uint32 market,int256 size,int256 limit,uint64 salt,uint40 expiry,uint8 use,bool reduceOnly," +
  "uint24 maxFee,address matcher,int256 trigger,bool triggerAbove)";
const TYPE_HASH = wordOf(hashText(TYPE));

/** The members of an order as words of the ABI, without 0x. */
export function orderWords(o: Order): string {
  return (
    word(o.account) +
    word(o.market) +
    word(o.size) +
    word(o.limit) +
    word(o.salt) +
    word(o.expiry) +
    word(o.use) +
    word(o.reduceOnly) +
    word(o.maxFee) +
    wordOf(o.matcher) +
    word(o.trigger) +
    word(o.triggerAbove)
  );
}

/** The hash of members that `orderWords` made. */
export function hashOfWords(words: string): Hex {
  return hashHex(TYPE_HASH + words);
}

/**
 * The EIP-712 struct hash of an order, which names it everywhere in the relay. The order is checked before: each member
 * fits its type. One string and one hash: the SDK's own goes member by member, and the relay hashes thousands a second.
 */
export function orderHash(order: Order): Hex {
  return hashOfWords(orderWords(order));
}

// SPDX-License-Identifier: MIT
import type { Address } from "../../sdk/order.js";
import type { Hex } from "../../sdk/orderHash.js";
import type { Reason, Stand } from "../journal/statement.js";
import { laneOf, magnitude, ownerOf, type SignedOrder } from "../order/Order.js";

/** An accepted order and what became of it. Sizes are magnitudes in 1e-9 base. */
export interface Live {
  readonly hash: Hex;
  readonly signed: SignedOrder;
  readonly owner: Address;
  readonly buys: boolean;
  readonly whole: bigint;
  /** In the book, or waiting for its trigger. */
  left: bigint;
  /** Matched, and not mined yet as far as the relay knows. */
  inflight: bigint;
  /** Left the book for a reason of the order's own: no event of the chain brings it back. */
  dropped: bigint;
  /** Its place in time: the number of its last acceptance. */
  number: number;
  stand: Stand;
  /** Why something of it was dropped last. */
  reason: Reason | undefined;
}

export function createLive(hash: Hex, signed: SignedOrder): Live {
  const { size, account } = signed.order;
  const whole = magnitude(size);
  const at = { left: 0n, inflight: 0n, dropped: 0n, number: 0, stand: 0 as Stand, reason: undefined };
  return { hash, signed, owner: ownerOf(account), buys: size > 0n, whole, ...at };
}

/** Names the lane of an account: at most one order of it lives. */
export function laneKey({ signed: { order } }: Live): string {
  return `${order.account}/${laneOf(order.salt)}`;
}

/** Nothing of it is in the book or on its way, and nothing can come back by the chain. */
export function isOver({ left, inflight, dropped, whole }: Live): boolean {
  return left === 0n && inflight === 0n && dropped >= whole;
}

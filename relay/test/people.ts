// SPDX-License-Identifier: MIT
import { orderHash } from "../order/hash.js";
import { USE, type Order, type SignedOrder } from "../order/Order.js";
import type { Live } from "../book/Live.js";
import type { Room, View } from "../book/View.js";
import { REASON } from "../journal/statement.js";

export const CHAIN = 31_337n;
export const CLEARINGHOUSE = "0x00000000000000000000000000000000000000c1";
export const MARKET = 4n;
export const UNIT = 10n ** 18n;
export const NANO = 10n ** 9n;
export const NOBODY = "0x0000000000000000000000000000000000000000";

let salts = 1n;

/** An account of a made-up owner. */
export function accountOf(owner: number, number = 0): bigint {
  return (BigInt(owner + 1) << 32n) | BigInt(number);
}

/** An order of whole units, in a lane of its own. Its signature is not looked at by the book. */
export function orderOf(owner: number, size: number, limit: number, more: Partial<Order> = {}): SignedOrder {
  ++salts;
  const order: Order = {
    account: accountOf(owner),
    market: MARKET,
    size: BigInt(size) * NANO,
    limit: BigInt(limit) * UNIT,
    salt: (salts << 16n) | (salts & 0xffffn),
    expiry: 2_000_000n,
    use: USE.EITHER,
    reduceOnly: false,
    maxFee: 1_000n,
    matcher: NOBODY,
    trigger: 0n,
    triggerAbove: false,
    ...more,
  };
  return { order, signer: `0x${"11".repeat(20)}`, signature: "0x" };
}

export const hashOf = ({ order }: SignedOrder) => orderHash(order);

/** A chain that says what a test tells it to say. */
export class FakeView implements View {
  time = 1_000_000;
  marks = new Map<bigint, bigint>([
    [MARKET, 100n * UNIT],
    [2n * MARKET, 75n * UNIT],
  ]);
  bandWidth = 50n * UNIT;
  minimum = 0n;
  /** What the chain has filled of an order, or all of it. */
  filled = new Map<string, bigint>();
  /** What an account can carry at most. */
  rooms = new Map<bigint, bigint>();

  mark(market: bigint): bigint | undefined {
    return this.marks.get(market);
  }

  band(): bigint {
    return this.bandWidth;
  }

  remaining({ hash, whole }: Live): bigint {
    const left = whole - (this.filled.get(hash) ?? 0n);
    return left > 0n ? left : 0n;
  }

  room({ signed }: Live, size: bigint): Room {
    const most = this.rooms.get(signed.order.account) ?? size;
    return { size: most < size ? most : size, reason: REASON.MARGIN };
  }

  tooSmall(_: Live, size: bigint, price: bigint): boolean {
    return (size * price) / UNIT < this.minimum;
  }
}

// SPDX-License-Identifier: MIT
import type { Hex } from "../../sdk/orderHash.js";
import { REASON, STAND, sizeOf, type Fill, type Reason, type Statement } from "../journal/statement.js";
import { laneOf, magnitude, ownerOf, USE, type Order } from "../order/Order.js";
import type { Cancels } from "./Cancels.js";
import { isBefore, type Entry, type Reference } from "./Reference.js";
import type { Violation } from "./Violation.js";

/** Seconds before an order's expiry from which on the relay may drop it, as no block could contain it any more. */
export const EXPIRY_SLACK = 60;

/** Holds statements, one after the other, against the books as those before left them. */
export class Judge {
  private number = 0;
  private time = 0;
  /** A drop as replaced: the next statement has to accept what replaces it. */
  private replaced: { readonly number: number; readonly entry: Entry } | undefined;

  constructor(
    private readonly reference: Reference,
    private readonly cancels: Cancels,
    private readonly violations: Violation[],
  ) {}

  /** @param time Of its page. */
  statement(statement: Statement, number: number, time: number): void {
    [this.number, this.time] = [number, time];
    const entry = this.reference.entryOf(statement.order);
    this.replacement(statement, entry);
    switch (statement.kind) {
      case "accepted":
        return this.accepted(statement, entry);
      case "dropped":
        return this.dropped(statement, entry);
      case "restored":
        return this.restored(statement, entry);
      case "matched":
        return this.matched(statement, entry);
    }
  }

  /** The journal ends here. */
  end(): void {
    this.replacement(undefined, undefined);
  }

  // ------------------------------------------------------------------ inside

  /** Is this what replaces the order that the statement before has dropped as replaced? */
  private replacement(statement: Statement | undefined, entry: Entry | undefined): void {
    if (this.replaced === undefined) return;
    const { number, entry: before } = this.replaced;
    this.replaced = undefined;
    const replaces = statement?.kind === "accepted" && entry !== undefined && isLater(entry.order, before.order);
    if (!replaces) this.falseDrop(before.hash, REASON.REPLACED, number);
  }

  private accepted({ order, size, stand }: Statement & { kind: "accepted" }, entry: Entry | undefined): void {
    const { number } = this;
    if (entry === undefined || size > this.acceptable(entry)) {
      this.violations.push({ kind: "bad acceptance", number, order });
    }
    if (entry !== undefined) this.reference.accept(entry, size, stand, number);
  }

  /** At first all of an order; later only what waits for its trigger. */
  private acceptable(entry: Entry): bigint {
    if (entry.number === 0) return magnitude(entry.order.size);
    return entry.waiting + (entry.stand === STAND.PARKED ? entry.size : 0n);
  }

  private dropped({ order, size, reason }: Statement & { kind: "dropped" }, entry: Entry | undefined): void {
    const { number } = this;
    const left = entry?.size ?? 0n;
    if (size > left) this.violations.push({ kind: "too much", number, order, size, left });
    if (entry === undefined) return;
    if (reason === REASON.EXPIRED && Number(entry.order.expiry) > this.time + EXPIRY_SLACK) {
      this.violations.push({ kind: "false expiry", number, order, accepted: entry.number });
    }
    if (reason === REASON.REPLACED) this.replaced = { number, entry };
    else if (!this.canBe(reason, entry)) this.falseDrop(order, reason, number);
    this.reference.drop(entry, size, reason, number);
  }

  /** Can the reason be true, as far as the journal tells? */
  private canBe(reason: Reason, { hash, order }: Entry): boolean {
    switch (reason) {
      case REASON.CANCELLED:
        return this.cancels.isProven(hash);
      case REASON.REDUCE_ONLY:
        return order.reduceOnly;
      case REASON.TRIGGER:
        return order.trigger !== 0n;
      case REASON.NOT_RESTING:
        return order.use !== USE.EITHER;
      case REASON.SELF_TRADE: {
        const [best] = this.reference.resting(order.market, order.size < 0n);
        return (
          best !== undefined &&
          ownerOf(best.order.account) === ownerOf(order.account) &&
          crosses(order, best.order.limit)
        );
      }
      default:
        return true; // only the chain tells
    }
  }

  private falseDrop(order: Hex, reason: Reason, number: number): void {
    this.violations.push({ kind: "false drop", number, order, reason });
  }

  private restored({ order, size }: Statement & { kind: "restored" }, entry: Entry | undefined): void {
    if (entry === undefined || size > entry.taken) {
      this.violations.push({ kind: "too much restored", number: this.number, order });
    }
    if (entry !== undefined) this.reference.change(entry, size);
  }

  private matched(statement: Statement & { kind: "matched" }, taker: Entry | undefined): void {
    const match = this.number;
    const size = sizeOf(statement);
    if (taker === undefined || taker.number === 0) {
      this.violations.push({ kind: "unknown taker", match, order: statement.order });
    } else this.takes(taker, size);
    if (taker !== undefined) this.reference.change(taker, -size); // it takes, and cannot be passed over meanwhile
    statement.fills.forEach((fill, index) => this.filled(fill, index, taker));
  }

  private filled({ order, size, price }: Fill, fill: number, taker: Entry | undefined): void {
    const maker = this.reference.entryOf(order);
    if (maker === undefined || maker.number === 0) {
      this.violations.push({ kind: "unknown maker", match: this.number, fill, order });
    } else this.takes(maker, size);
    if (maker === undefined) return;
    if (taker !== undefined) this.pair(taker.order, maker, price, fill);
    this.passedOver(maker, taker, fill);
    this.reference.change(maker, -size);
  }

  /** A match takes so much of an accepted order. */
  private takes(entry: Entry, size: bigint): void {
    const { hash: order, size: left, lastDrop } = entry;
    const match = this.number;
    if (size > left && left === 0n && lastDrop !== undefined) {
      this.violations.push({
        kind: "filled after drop",
        match,
        order,
        dropped: lastDrop.number,
        reason: lastDrop.reason,
      });
    } else if (size > left) this.violations.push({ kind: "too much", number: match, order, size, left });
    const sentAt = this.cancels.ignoredAt(order, this.time);
    if (sentAt !== undefined) this.violations.push({ kind: "ignored cancel", match, order, sentAt });
  }

  private pair(taker: Order, maker: Entry, price: bigint, fill: number): void {
    const at = { match: this.number, fill, order: maker.hash } as const;
    const { order } = maker;
    if (price !== order.limit || !crosses(taker, price)) this.violations.push({ kind: "wrong price", ...at });
    const apart = ownerOf(order.account) !== ownerOf(taker.account) && order.size > 0n !== taker.size > 0n;
    if (!apart || order.market !== taker.market || order.use === USE.TAKER || taker.use === USE.MAKER) {
      this.violations.push({ kind: "wrong pair", ...at });
    }
    // A match is of the moment before its page.
    if (Number(order.expiry) + EXPIRY_SLACK < this.time) this.violations.push({ kind: "matched expired", ...at });
  }

  /** The first of the side has to be the maker. Orders about to expire, and the taker's own, cannot be wronged. */
  private passedOver(maker: Entry, taker: Entry | undefined, fill: number): void {
    const side = this.reference.resting(maker.order.market, maker.order.size > 0n);
    const owner = taker === undefined ? "" : ownerOf(taker.order.account);
    for (const other of side) {
      if (other === maker || !isBefore(other, maker)) return;
      if (Number(other.order.expiry) <= this.time + EXPIRY_SLACK || ownerOf(other.order.account) === owner) continue;
      const [passed, filled] = [other.hash, maker.hash];
      this.violations.push({ kind: "passed over", match: this.number, fill, passed, accepted: other.number, filled });
      return;
    }
  }
}

/** May a taker trade at this price? */
function crosses(taker: Order, price: bigint): boolean {
  return taker.size > 0n ? price <= taker.limit : price >= taker.limit;
}

/** Is an order of the same lane and a higher sequence? */
function isLater(order: Order, before: Order): boolean {
  return order.account === before.account && laneOf(order.salt) === laneOf(before.salt) && order.salt > before.salt;
}

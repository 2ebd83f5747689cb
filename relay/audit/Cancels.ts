// SPDX-License-Identifier: MIT
import type { Hex } from "../../sdk/orderHash.js";
import { cancelBelowDigest, cancelDigest, type SignedCancel } from "../order/cancel.js";
import { ownerOf, type Order } from "../order/Order.js";
import type { Evidence, Recover, SentCancel } from "./audit.js";

/** Seconds after which a relay has no excuse for a cancellation that it was sent. */
const GRACE = 60;

/** Cancellations that count: signed by the owner of the order, or by a key that he has listed. */
export class Cancels {
  private readonly shown: Set<Hex> | undefined;
  private readonly sent = new Map<Hex, SentCancel>();

  constructor(
    { chainId, clearinghouse, cancels, sent, signers }: Evidence,
    bodies: ReadonlyMap<Hex, Order>,
    recover: Recover,
  ) {
    const counts = ({ order, signature, below }: SignedCancel) => {
      const body = bodies.get(order);
      if (body === undefined || (below !== undefined && body.salt >> 16n >= BigInt(below))) return false;
      const digest =
        below === undefined
          ? cancelDigest(order, chainId, clearinghouse)
          : cancelBelowDigest(body.account, BigInt(below), chainId, clearinghouse);
      const signer = recover(digest, signature);
      if (signer === undefined) return false;
      const owner = ownerOf(body.account);
      return signer === owner || (signers?.has(`${owner}/${signer}`) ?? false);
    };
    this.shown = cancels && new Set(cancels.filter(counts).map(({ order }) => order));
    for (const each of sent ?? []) if (counts(each)) this.sent.set(each.order, each);
  }

  /** Has the journal a signature for what it drops as cancelled? */
  isProven(order: Hex): boolean {
    return this.shown?.has(order) ?? true;
  }

  /** When the cancellation of an order was sent that a match at `time` ignores. */
  ignoredAt(order: Hex, time: number): number | undefined {
    const sentAt = this.sent.get(order)?.sentAt;
    return sentAt !== undefined && time > sentAt + GRACE ? sentAt : undefined;
  }
}

// SPDX-License-Identifier: MIT
import type { Address } from "../../sdk/order.js";
import type { Hex } from "../../sdk/orderHash.js";
import { leafOf, REASON, STAND, sizeOf, type Statement } from "../journal/statement.js";
import {
  headAfter,
  NO_PAGE,
  pageDigest,
  relayDomain,
  type FullPage,
  type Head,
  type SignedPage,
} from "../journal/page.js";
import { rootOf, treeOf } from "../journal/merkle.js";
import { orderHash } from "../order/hash.js";
import { ownerOf, USE, type Order } from "../order/Order.js";
import { isBefore, Reference, type Entry } from "./Reference.js";
import type { Violation } from "./Violation.js";

/** What is audited: a whole journal with the orders that it names. */
export interface Evidence {
  readonly chainId: bigint;
  readonly clearinghouse: Address;
  /** The relay's key. */
  readonly relay: Address;
  readonly pages: readonly FullPage[];
  readonly orders: readonly Order[];
  /** Signed pages that were seen elsewhere: with receipts, or by another reader of the journal. */
  readonly seen?: readonly SignedPage[];
}

export interface Verdict {
  readonly violations: readonly Violation[];
  readonly pages: number;
  readonly statements: number;
  readonly matches: number;
  readonly fills: number;
  /** The books at the end, for whoever goes on from here. */
  readonly reference: Reference;
}

/** Who signed a digest; undefined when nobody can have. */
export type Recover = (digest: Hex, signature: Hex) => Address | undefined;

/** Seconds before an order's expiry from which on the relay may drop it, as no block could contain it any more. */
export const EXPIRY_SLACK = 60;

/**
 * Replays a journal statement by statement and says where the relay broke its word. A journal without a violation is
 * one in which every match took the best price first, and of one price the earliest order.
 */
export function audit(evidence: Evidence, recover: Recover): Verdict {
  const violations: Violation[] = [];
  const bodies = new Map(evidence.orders.map((order) => [orderHash(order), order]));
  const reference = new Reference(bodies);
  const count = { pages: 0, statements: 0, matches: 0, fills: 0 };
  const domain = relayDomain(evidence.chainId, evidence.clearinghouse);
  const signedByRelay = (page: SignedPage) =>
    recover(pageDigest(domain, page), page.signature)?.toLowerCase() === evidence.relay.toLowerCase();

  let head: Head = NO_PAGE;
  for (const page of evidence.pages) {
    violations.push(...chainFaults(page, head, signedByRelay));
    head = headAfter(page);
    page.statements.forEach((statement, index) => {
      const judge = new Judge(reference, page.first + index, page.time, violations);
      judge.statement(statement);
      if (statement.kind === "matched") {
        ++count.matches;
        count.fills += statement.fills.length;
      }
    });
    ++count.pages;
    count.statements += page.statements.length;
  }
  violations.push(...twoStories(evidence.pages, evidence.seen ?? [], signedByRelay));
  return { violations, ...count, reference };
}

function* chainFaults(page: FullPage, head: Head, signedByRelay: (page: SignedPage) => boolean): Iterable<Violation> {
  const fault = (what: "link" | "root" | "signature" | "clock") =>
    ({ kind: "broken chain", page: page.page, what }) as const;
  if (page.page !== head.page + 1 || page.first !== head.next || page.previous !== head.hash) yield fault("link");
  const leaves = page.statements.map((statement, index) => leafOf(statement, page.first + index));
  if (page.count !== leaves.length || page.root !== rootOf(treeOf(leaves))) yield fault("root");
  if (page.time < head.time) yield fault("clock");
  if (!signedByRelay(page)) yield fault("signature");
}

/** Pages of the relay's key that say something else than the journal. */
function* twoStories(
  pages: readonly FullPage[],
  seen: readonly SignedPage[],
  signedByRelay: (page: SignedPage) => boolean,
): Iterable<Violation> {
  for (const other of seen) {
    if (!signedByRelay(other)) continue;
    const one = pages[other.page - 1];
    if (one !== undefined && headAfter(one).hash !== headAfter(other).hash) yield { kind: "two stories", one, other };
  }
}

/** One statement held against the books as those before left them. */
class Judge {
  constructor(
    private readonly reference: Reference,
    private readonly number: number,
    private readonly time: number,
    private readonly violations: Violation[],
  ) {}

  statement(statement: Statement): void {
    const entry = this.reference.entryOf(statement.order);
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

  private accepted({ order, size, stand }: Statement & { kind: "accepted" }, entry: Entry | undefined): void {
    const { number } = this;
    const whole = entry === undefined ? 0n : abs(entry.order.size);
    if (entry === undefined || size > whole || (entry.size > 0n && entry.stand !== STAND.PARKED)) {
      this.violations.push({ kind: "bad acceptance", number, order });
    }
    if (entry !== undefined) this.reference.accept(entry, size, stand, number);
  }

  private dropped({ order, size, reason }: Statement & { kind: "dropped" }, entry: Entry | undefined): void {
    const { number } = this;
    const left = entry?.size ?? 0n;
    if (size > left) this.violations.push({ kind: "too much", number, order, size, left });
    if (entry === undefined) return;
    if (reason === REASON.EXPIRED && Number(entry.order.expiry) > this.time + EXPIRY_SLACK) {
      this.violations.push({ kind: "false expiry", number, order, accepted: entry.number });
    }
    this.reference.change(entry, -size);
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
    if (taker === undefined) this.violations.push({ kind: "unknown taker", match, order: statement.order });
    else if (size > taker.size) {
      this.violations.push({ kind: "too much", number: match, order: taker.hash, size, left: taker.size });
    }
    if (taker !== undefined) this.reference.change(taker, -size); // it takes, and cannot be passed over meanwhile
    statement.fills.forEach(({ order, size: part, price }, fill) => {
      const maker = this.reference.entryOf(order);
      if (maker === undefined || maker.number === 0) {
        this.violations.push({ kind: "unknown maker", match, fill, order });
        if (maker === undefined) return;
      }
      if (part > maker.size) {
        this.violations.push({ kind: "too much", number: match, order, size: part, left: maker.size });
      }
      if (taker !== undefined) this.pair(taker.order, maker, price, fill);
      this.passedOver(maker, taker, fill);
      this.reference.change(maker, -part);
    });
  }

  private pair(taker: Order, maker: Entry, price: bigint, fill: number): void {
    const at = { match: this.number, fill, order: maker.hash } as const;
    const { order } = maker;
    const buys = taker.size > 0n;
    if (price !== order.limit || (buys ? price > taker.limit : price < taker.limit)) {
      this.violations.push({ kind: "wrong price", ...at });
    }
    const apart = ownerOf(order.account) !== ownerOf(taker.account) && order.size > 0n !== buys;
    if (!apart || order.market !== taker.market || order.use === USE.TAKER || taker.use === USE.MAKER) {
      this.violations.push({ kind: "wrong pair", ...at });
    }
    if (Number(order.expiry) < this.time) {
      this.violations.push({ kind: "matched expired", match: this.number, order: maker.hash });
    }
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

function abs(size: bigint): bigint {
  return size < 0n ? -size : size;
}

// SPDX-License-Identifier: MIT
import type { Address } from "../../sdk/order.js";
import type { Hex } from "../../sdk/orderHash.js";
import {
  headAfter,
  NO_PAGE,
  pageDigest,
  relayDomain,
  type FullPage,
  type Head,
  type SignedPage,
} from "../journal/page.js";
import { leafOf } from "../journal/statement.js";
import { rootOf, treeOf } from "../journal/merkle.js";
import type { SignedCancel } from "../order/cancel.js";
import { orderHash } from "../order/hash.js";
import type { Order } from "../order/Order.js";
import { Cancels } from "./Cancels.js";
import { Judge } from "./Judge.js";
import { Reference } from "./Reference.js";
import type { Violation } from "./Violation.js";

/** A cancellation, and when its sender says that it went out, Unix seconds. */
export interface SentCancel extends SignedCancel {
  readonly sentAt: number;
}

/** What is audited: a whole journal with the orders that it names. */
export interface Evidence {
  readonly chainId: bigint;
  readonly clearinghouse: Address;
  /** The relay's key. */
  readonly relay: Address;
  readonly pages: readonly FullPage[];
  readonly orders: readonly Order[];
  /** Those that the journal shows for orders that it drops as cancelled. Undefined: they are not looked at. */
  readonly cancels?: readonly SignedCancel[];
  /** Keys that owners have listed, `owner/key` in lower case; they may cancel too. */
  readonly signers?: ReadonlySet<string>;
  /** What senders say that they have sent. */
  readonly sent?: readonly SentCancel[];
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

/**
 * Replays a journal statement by statement and says where the relay broke its word. A journal without a violation is
 * one in which every match took the best price first, and of one price the earliest order.
 */
export function audit(evidence: Evidence, recover: Recover): Verdict {
  const violations: Violation[] = [];
  const bodies = new Map(evidence.orders.map((order) => [orderHash(order), order]));
  const reference = new Reference(bodies);
  const judge = new Judge(reference, new Cancels(evidence, bodies, recover), violations);
  const count = { pages: 0, statements: 0, matches: 0, fills: 0 };
  const domain = relayDomain(evidence.chainId, evidence.clearinghouse);
  const signedByRelay = (page: SignedPage) =>
    recover(pageDigest(domain, page), page.signature)?.toLowerCase() === evidence.relay.toLowerCase();

  let head: Head = NO_PAGE;
  let before: SignedPage | undefined; // if the relay signed it
  for (const page of evidence.pages) {
    const isSigned = signedByRelay(page);
    violations.push(...chainFaults(page, head, isSigned, before));
    [head, before] = [headAfter(page), isSigned ? page : undefined];
    page.statements.forEach((statement, index) => {
      judge.statement(statement, page.first + index, page.time);
      if (statement.kind === "matched") {
        ++count.matches;
        count.fills += statement.fills.length;
      }
    });
    ++count.pages;
    count.statements += page.statements.length;
  }
  judge.end();
  violations.push(...otherStories(evidence.pages, (evidence.seen ?? []).filter(signedByRelay)));
  return { violations, ...count, reference };
}

function* chainFaults(
  page: FullPage,
  head: Head,
  isSigned: boolean,
  before: SignedPage | undefined,
): Iterable<Violation> {
  const proof = isSigned && before !== undefined && conflict(before, page) ? ([before, page] as const) : undefined;
  const fault = (what: "link" | "root" | "signature" | "clock") =>
    ({ kind: "broken chain", page: page.page, what, ...(proof && { proof }) }) as const;
  if (page.page !== head.page + 1 || page.first !== head.next || page.previous !== head.hash) yield fault("link");
  const leaves = page.statements.map((statement, index) => leafOf(statement, page.first + index));
  if (page.count !== leaves.length || page.root !== rootOf(treeOf(leaves))) yield fault("root");
  if (page.time < head.time) yield fault("clock");
  if (!isSigned) yield fault("signature");
}

/** Can only one of two pages be of the journal? As RelayLib has it. */
function conflict(one: SignedPage, other: SignedPage): boolean {
  if (one.page === other.page) return headAfter(one).hash !== headAfter(other).hash;
  const [page, next] = one.page < other.page ? [one, other] : [other, one];
  if (page.page + 1 !== next.page) return false;
  const { hash, next: first } = headAfter(page);
  return next.previous !== hash || next.first !== first || next.time < page.time;
}

/** Pages of the relay's key that the journal excludes, or does not have. */
function* otherStories(pages: readonly FullPage[], seen: readonly SignedPage[]): Iterable<Violation> {
  const own = new Map(pages.map((page) => [page.page, page]));
  const last = pages.at(-1)?.page ?? 0;
  const told = new Set<number>();
  for (const other of seen) {
    const near = [other.page, other.page - 1, other.page + 1].flatMap((number) => own.get(number) ?? []);
    const one = near.find((page) => conflict(page, other));
    if (told.has(other.page)) continue;
    if (one !== undefined) yield { kind: "two stories", one, other };
    else if (other.page > last) yield { kind: "withheld page", page: other.page };
    else continue;
    told.add(other.page);
  }
}

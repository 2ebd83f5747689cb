// SPDX-License-Identifier: MIT
import type { Address } from "../../sdk/order.js";
import type { Hex } from "../../sdk/orderHash.js";
import { domainSeparator, hashHex, hashText, typedDigest, word, wordOf } from "./bytes.js";
import { leafOf, type Statement } from "./statement.js";
import { pathOf, rootOf, treeOf } from "./merkle.js";

/** Statements of a moment under one signature: `count` of them from number `first` on. */
export interface Page {
  /** Counts pages from 1. */
  readonly page: number;
  readonly first: number;
  readonly count: number;
  /** The chain's clock when it was written, Unix seconds. */
  readonly time: number;
  /** The struct hash of the page before; zero of the first one. */
  readonly previous: Hex;
  readonly root: Hex;
}

export interface SignedPage extends Page {
  /** 65 bytes of the relay's key. */
  readonly signature: Hex;
}

/** A page with all that it says. */
export interface FullPage extends SignedPage {
  readonly statements: readonly Statement[];
}

/** A statement with what proves that the relay signed it under its number. */
export interface Receipt {
  readonly page: SignedPage;
  readonly index: number;
  readonly path: readonly Hex[];
}

/** Statements of a page at most: a path has at most 12 steps. */
export const MAX_PAGE = 4_096;

const TYPE = "Page(uint64 page,uint64 first,uint32 count,uint40 time,bytes32 previous,bytes32 root)";
const TYPE_HASH = wordOf(hashText(TYPE));

/** Where a journal stands: what its next page has to follow on. */
export interface Head {
  readonly page: number;
  /** The number of the next statement. */
  readonly next: number;
  readonly hash: Hex;
  /** Of the last page: the next one is not earlier, also when a reorganisation sets the chain's clock back. */
  readonly time: number;
}

export const NO_PAGE: Head = { page: 0, next: 1, hash: `0x${"00".repeat(32)}`, time: 0 };

export function pageHash({ page, first, count, time, previous, root }: Page): Hex {
  return hashHex(TYPE_HASH + [page, first, count, time].map(word).join("") + wordOf(previous) + wordOf(root));
}

/** The domain of a relay's signatures: those for one clearinghouse say nothing about another. */
export function relayDomain(chainId: bigint, clearinghouse: Address): Hex {
  return domainSeparator("Novation Relay", chainId, clearinghouse);
}

export function pageDigest(domain: Hex, page: Page): Hex {
  return typedDigest(domain, pageHash(page));
}

/** The next page of a journal, with the tree that receipts are cut from. */
export function sealPage(head: Head, statements: readonly Statement[], time: number): { page: Page; tree: Hex[][] } {
  const tree = treeOf(statements.map((statement, index) => leafOf(statement, head.next + index)));
  const page = {
    page: head.page + 1,
    first: head.next,
    count: statements.length,
    time: Math.max(time, head.time),
    previous: head.hash,
    root: rootOf(tree),
  };
  return { page, tree };
}

export function headAfter(page: Page): Head {
  const { time } = page;
  return { page: page.page, next: page.first + page.count, hash: pageHash(page), time };
}

export function receiptOf(page: SignedPage, tree: readonly Hex[][], index: number): Receipt {
  return { page, index, path: pathOf(tree, index) };
}

/** The receipt of a statement of a page that is whole. */
export function receiptIn(full: FullPage, number: number): Receipt {
  const { statements, ...page } = full;
  const tree = treeOf(statements.map((statement, index) => leafOf(statement, page.first + index)));
  return receiptOf(page, tree, number - page.first);
}

// SPDX-License-Identifier: MIT
import type { Hex } from "../../sdk/orderHash.js";
import type { FullPage } from "../journal/page.js";
import { REASON } from "../journal/statement.js";
import { orderHash } from "../order/hash.js";
import type { Order } from "../order/Order.js";
import type { ChainFacts, MinedFill } from "./chainFacts.js";
import type { Violation } from "./Violation.js";

/** Seconds that a match may be on its way. */
export const ON_ITS_WAY = 600;
/** Seconds by which a reorganisation may set the chain's clock back behind what a page has read of it. */
const CLOCK_SLACK = 60;

export interface ChainVerdict {
  readonly violations: readonly Violation[];
  /** Who else filled orders that the relay had accepted, and how often: it is free to everybody. */
  readonly others: ReadonlyMap<string, number>;
}

/**
 * Holds a journal against the chain. What was matched and not given back has to be mined, but for matches above
 * `settledTo`, which may be on their way. What the relay's own keys have filled of accepted orders has to be in the
 * journal, and to be there before it was mined.
 */
export async function auditChain(
  pages: readonly FullPage[],
  orders: readonly Order[],
  facts: ChainFacts,
  submitters: readonly string[],
  settledTo: number = settledBy(pages, facts.time),
): Promise<ChainVerdict> {
  const own = new Set(submitters.map((each) => each.toLowerCase()));
  const [violations, others] = [[] as Violation[], new Map<string, number>()];
  const last = pages.at(-1);
  if (last !== undefined && last.time > facts.time + CLOCK_SLACK) {
    violations.push({ kind: "clock ahead", page: last.page, time: last.time, chain: facts.time });
  }
  const tales = talesOf(pages, orders, settledTo);
  for (const fill of facts.fills) tales.get(nameOf(fill))?.fills.push(fill);
  for (const tale of tales.values()) {
    const { order, settled, said, chainDrops } = tale;
    const mined = sumOf(tale.fills);
    if (settled > mined) violations.push({ kind: "phantom fill", order, said: settled, mined });
    // What the relay did not fill, others did, or the order is void.
    const elsewhere = mined > settled ? mined - settled : 0n;
    const untrue = tale.chainDropped > elsewhere && !facts.isVoid(tale.account, tale.salt);
    if (untrue) violations.push({ kind: "false drop", number: chainDrops, order, reason: REASON.CHAIN });
    if (mined <= said && !(await isEarly(tale, tale.fills, facts))) continue;
    const ownFills: MinedFill[] = [];
    for (const fill of tale.fills) {
      const sender = await facts.senderOf(fill.transaction);
      if (own.has(sender)) ownFills.push(fill);
      else others.set(sender, (others.get(sender) ?? 0) + 1);
    }
    violations.push(...(await ownFaults(tale, ownFills, facts)));
  }
  return { violations, others };
}

/** The last statement whose matches have to be mined, or given back, by now. */
function settledBy(pages: readonly FullPage[], now: number): number {
  const settled = pages.filter(({ time }) => time < now - ON_ITS_WAY).at(-1);
  return settled === undefined ? 0 : settled.first + settled.count - 1;
}

/** What a journal says of the orders of one account and salt: the chain counts their fills together. */
interface Tale {
  readonly account: bigint;
  readonly salt: bigint;
  order: Hex;
  /** Matched less given back; of matches up to `settledTo`. */
  said: bigint;
  settled: bigint;
  /** Dropped as filled or cancelled on the chain, less what was given back, and the last such statement. */
  chainDropped: bigint;
  chainDrops: number;
  /** What matches took, given back or not, with the clocks of their pages. */
  readonly matched: { readonly time: number; readonly size: bigint }[];
  readonly fills: MinedFill[];
}

function talesOf(pages: readonly FullPage[], orders: readonly Order[], settledTo: number): ReadonlyMap<string, Tale> {
  const tales = new Map<string, Tale>();
  const byHash = new Map<Hex, Tale>();
  for (const each of orders) {
    const [order, name] = [orderHash(each), nameOf(each)];
    const { account, salt } = each;
    const empty = { said: 0n, settled: 0n, chainDropped: 0n, chainDrops: 0, matched: [], fills: [] };
    const tale = tales.get(name) ?? { account, salt, order, ...empty };
    tales.set(name, tale);
    byHash.set(order, tale);
  }
  const taken = new Set<string>();
  const take = (number: number, time: number, order: Hex, size: bigint) => {
    const tale = byHash.get(order);
    if (tale === undefined) return;
    taken.add(`${number} ${order}`);
    tale.matched.push({ time, size });
    tale.said += size;
    if (number <= settledTo) tale.settled += size;
  };
  for (const { first, time, statements } of pages) {
    statements.forEach((statement, index) => {
      const number = first + index;
      const tale = byHash.get(statement.order);
      if (statement.kind === "matched") {
        take(number, time, statement.order, sumOf(statement.fills));
        for (const { order, size } of statement.fills) take(number, time, order, size);
      } else if (statement.kind === "restored" && tale !== undefined) {
        tale.chainDropped -= statement.size;
        if (!taken.has(`${statement.of} ${statement.order}`)) return;
        tale.said -= statement.size;
        if (statement.of <= settledTo) tale.settled -= statement.size;
      } else if (statement.kind === "dropped" && tale !== undefined && statement.reason === REASON.CHAIN) {
        tale.chainDropped += statement.size;
        tale.chainDrops = number;
      }
    });
  }
  return tales;
}

/** Was something mined of an order before a match of it was written? */
async function isEarly(tale: Tale, fills: readonly MinedFill[], facts: ChainFacts): Promise<boolean> {
  return (await firstEarly(tale, fills, facts)) !== undefined;
}

async function firstEarly(
  { matched }: Tale,
  fills: readonly MinedFill[],
  facts: ChainFacts,
): Promise<MinedFill | undefined> {
  let mined = 0n;
  for (const fill of fills) {
    const by = (await facts.timeOf(fill.block)) + CLOCK_SLACK;
    mined += fill.size;
    if (mined > sumOf(matched.filter(({ time }) => time <= by))) return fill;
  }
  return undefined;
}

/** Fills by the relay's keys that no statement tells, or that were told too late. */
async function ownFaults(tale: Tale, fills: readonly MinedFill[], facts: ChainFacts): Promise<Violation[]> {
  const { order, said } = tale;
  const found: Violation[] = [];
  let dark = sumOf(fills) - said;
  for (const { transaction, size } of [...fills].reverse()) {
    if (dark <= 0n) break;
    found.push({ kind: "dark fill", transaction, order, size });
    dark -= size;
  }
  if (found.length > 0) return found;
  const early = await firstEarly(tale, fills, facts);
  if (early !== undefined) found.push({ kind: "told late", transaction: early.transaction, order, size: early.size });
  return found;
}

function nameOf({ account, salt }: { readonly account: bigint; readonly salt: bigint }): string {
  return `${account}/${salt}`;
}

function sumOf(list: readonly { readonly size: bigint }[]): bigint {
  return list.reduce((sum, { size }) => sum + size, 0n);
}

// SPDX-License-Identifier: MIT
import { and, asc, eq, gt, gte, lt, or, type Column } from "drizzle-orm";
import { unionAll } from "drizzle-orm/pg-core";
import { db } from "ponder:api";
import { defaults, entries, fills, receipts, slices } from "../../schema";
import type { Row } from "../rows/Rows";
import { isOptions } from "./names";

/** Rows of one event and account are fewer: of options one a series that it holds. */
export const LEAST = isOptions ? 100 : 10;

export interface Asked {
  readonly account: bigint;
  readonly market: bigint | null;
  readonly from: number;
  readonly to: number;
  readonly after: number | null;
  readonly limit: number;
}

export interface History {
  readonly entries: Row<typeof entries>[];
  readonly fills: Row<typeof fills>[];
  readonly receipts: Row<typeof receipts>[];
  readonly defaults: Row<typeof defaults>[];
  /** Of the account, and those that it took. */
  readonly slices: Row<typeof slices>[];
  /** Where the next page begins: its `after`. Null: this is the end. */
  readonly next: number | null;
}

/**
 * A page of everything that changed an account, oldest first: at most `limit` rows of each kind. When a kind has more,
 * the page of all ends where that one does, so that no row is lost between pages.
 */
export async function historyOf(asked: Asked): Promise<History> {
  const { account, limit } = asked;
  const pages = {
    entries: await db
      .select()
      .from(entries)
      .where(and(eq(entries.account, account), within(entries, asked), marketIs(entries.market, asked)))
      .orderBy(asc(entries.seq))
      .limit(limit),
    fills: await fillsOf(asked),
    receipts: await db
      .select()
      .from(receipts)
      .where(and(eq(receipts.account, account), within(receipts, asked), marketIs(receipts.market, asked)))
      .orderBy(asc(receipts.seq))
      .limit(limit),
    defaults: await db
      .select()
      .from(defaults)
      .where(and(eq(defaults.account, account), within(defaults, asked)))
      .orderBy(asc(defaults.seq))
      .limit(limit),
    slices: await db
      .select()
      .from(slices)
      .where(and(or(eq(slices.account, account), eq(slices.taker, account)), within(slices, asked)))
      .orderBy(asc(slices.seq))
      .limit(limit),
  };
  const full = Object.values(pages).filter((rows) => rows.length === limit);
  if (full.length === 0) return { ...pages, next: null };
  const end = Math.min(...full.map((rows) => rows.at(-1)!.seq));
  // An event may have several rows of a kind, fewer than a page: what is cut off within it is left to the next.
  const next = end - 1;
  const kept = <T extends { seq: number }>(rows: T[]): T[] => rows.filter(({ seq }) => seq <= next);
  return {
    entries: kept(pages.entries),
    fills: kept(pages.fills),
    receipts: kept(pages.receipts),
    defaults: kept(pages.defaults),
    slices: kept(pages.slices),
    next,
  };
}

/** As taker and as maker: two walks of an index, as one for both there is not. */
function fillsOf(asked: Asked) {
  const { account, limit } = asked;
  const of = (column: Column) =>
    db
      .select()
      .from(fills)
      .where(and(eq(column, account), within(fills, asked), marketIs(fills.market, asked)))
      .orderBy(asc(fills.seq))
      .limit(limit);
  return unionAll(of(fills.taker), of(fills.maker)).orderBy(asc(fills.seq)).limit(limit);
}

function within({ seq, time }: { seq: Column; time: Column }, { from, to, after }: Asked) {
  return and(after === null ? undefined : gt(seq, after), from === 0 ? undefined : gte(time, from), lt(time, to));
}

function marketIs(column: Column, { market }: Asked) {
  return market === null ? undefined : eq(column, market);
}

// SPDX-License-Identifier: MIT
// Pages of rows: by the `seq` of the last row seen, so that a page deep in a history takes as long as the first.
import { and, desc, eq, gt, lt, type Column, type SQL } from "drizzle-orm";
import type { PgTable } from "drizzle-orm/pg-core";
import { db } from "ponder:api";
import type { Row } from "../rows/Rows";
import { count, cursor } from "./parameters";

/** Parameters of a route that answers a page, latest first. */
export const PAGE = {
  before: cursor("rows before this `seq`: that of the last row of the page before; default: the latest"),
  limit: count("rows at most", 1, 1_000, 100),
};

export interface Page {
  readonly before: number | null;
  readonly limit: number;
}

/** The latest rows before a place in the order of `by`, which an index has to have after the columns of `where`. */
export async function latest<T extends PgTable>(
  table: T,
  by: Column,
  where: SQL | undefined,
  page: Page,
): Promise<Row<T>[]> {
  return (await latestOf(table, by, where, page)) as unknown as Row<T>[];
}

/** As a query. */
export function latestOf(table: PgTable, by: Column, where: SQL | undefined, { before, limit }: Page) {
  const from = before === null ? undefined : lt(by, before);
  return db.select().from(table).where(and(where, from)).orderBy(desc(by)).limit(limit);
}

/** Equality, if a value is given. */
export function given(column: Column, value: unknown): SQL | undefined {
  return value === null ? undefined : eq(column, value);
}

/** After a place, if one is given. */
export function after(column: Column, value: number | bigint | null): SQL | undefined {
  return value === null ? undefined : gt(column, value);
}

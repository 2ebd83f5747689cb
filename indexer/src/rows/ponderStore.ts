// SPDX-License-Identifier: MIT
import { eq, type Column, type Table } from "drizzle-orm";
import type { Store } from "./Unit";

/** What is used of Ponder's `context.db`, over tables of any shape. */
export interface PonderDb {
  find(table: Table, key: object): Promise<object | null>;
  insert(table: Table): { values(row: object): Promise<unknown> };
  update(table: Table, key: object): { set(row: object): Promise<unknown> };
  sql: { select(): { from(table: Table): { where(condition: unknown): Promise<object[]> } } };
}

/** Ponder's store. All tables have the primary key `id`. */
export function ponderStore(db: PonderDb): Store {
  return {
    get: async (table, id) => (await db.find(table, { id })) ?? undefined,
    insert: async (table, row) => void (await db.insert(table).values(row)),
    update: async (table, row) => {
      const { id, ...values } = row as { id: unknown };
      await db.update(table, { id }).set(values);
    },
    where: (table, column, value) => {
      const of = (table as unknown as Record<string, Column>)[column]!;
      return db.sql.select().from(table).where(eq(of, value));
    },
  };
}

// SPDX-License-Identifier: MIT
import type { Table } from "drizzle-orm";

/** A row as a handler reads and writes it. */
export type Row<T extends Table> = T["$inferSelect"];
export type Id<T extends Table> = Row<T> extends { id: infer I } ? I : never;

/**
 * The tables as a handler sees them. What it finds is its own copy: nothing that is written later changes it. Handlers
 * are functions of rows alone, because a reorganisation takes back rows and not memory.
 */
export interface Rows {
  find<T extends Table>(table: T, id: Id<T>): Promise<Row<T> | undefined>;
  /** Writes the whole row, be it new or not. */
  put<T extends Table>(table: T, row: Row<T>): void;
  /** The rows with this value in a column. It asks the database: for what happens seldom. */
  where<T extends Table, C extends keyof Row<T> & string>(table: T, column: C, value: Row<T>[C]): Promise<Row<T>[]>;
}

/** The row, or what is written in its place when there is none yet. */
export async function findOr<T extends Table>(rows: Rows, table: T, fresh: Row<T>): Promise<Row<T>> {
  return (await rows.find(table, (fresh as { id: Id<T> }).id)) ?? fresh;
}

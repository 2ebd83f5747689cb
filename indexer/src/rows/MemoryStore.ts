// SPDX-License-Identifier: MIT
import type { Table } from "drizzle-orm";
import type { Store } from "./Unit";

/** Rows in memory: for tests, and for whoever wants the tables without a database. */
export class MemoryStore implements Store {
  private readonly tables = new Map<Table, Map<string, object>>();

  async get(table: Table, id: unknown): Promise<object | undefined> {
    return this.of(table).get(String(id));
  }

  async insert(table: Table, row: object): Promise<void> {
    const key = String((row as { id: unknown }).id);
    if (this.of(table).has(key)) throw new Error(`row ${key} is there already`);
    this.of(table).set(key, row);
  }

  async update(table: Table, row: object): Promise<void> {
    this.of(table).set(String((row as { id: unknown }).id), row);
  }

  async where(table: Table, column: string, value: unknown): Promise<object[]> {
    return this.all(table).filter((row) => (row as Record<string, unknown>)[column] === value);
  }

  all<T extends Table>(table: T): T["$inferSelect"][] {
    return [...this.of(table).values()] as T["$inferSelect"][];
  }

  private of(table: Table): Map<string, object> {
    let rows = this.tables.get(table);
    if (rows === undefined) this.tables.set(table, (rows = new Map()));
    return rows;
  }
}

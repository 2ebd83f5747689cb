// SPDX-License-Identifier: MIT
import type { Table } from "drizzle-orm";
import type { Id, Row, Rows } from "./Rows";

/** What keeps rows: Ponder's store, or memory. */
export interface Store {
  get(table: Table, id: unknown): Promise<object | undefined>;
  insert(table: Table, row: object): Promise<void>;
  update(table: Table, row: object): Promise<void>;
  where(table: Table, column: string, value: unknown): Promise<object[]>;
}

interface Held {
  row: object | undefined;
  /** The store has it. */
  stored: boolean;
  changed: boolean;
}

/** The rows of one event: read once, written once at its end. */
export class Unit implements Rows {
  private readonly tables = new Map<Table, Map<string, Held>>();

  constructor(private readonly store: Store) {}

  async find<T extends Table>(table: T, id: Id<T>): Promise<Row<T> | undefined> {
    const held = this.held(table);
    const key = String(id);
    let found = held.get(key);
    if (found === undefined) {
      const row = await this.store.get(table, id);
      found = { row: row && { ...row }, stored: row !== undefined, changed: false };
      held.set(key, found);
    }
    return found.row && ({ ...found.row } as Row<T>);
  }

  put<T extends Table>(table: T, row: Row<T>): void {
    const held = this.held(table);
    const key = String((row as { id: unknown }).id);
    // What was never looked for is new: only history is written so.
    const stored = held.get(key)?.stored ?? false;
    held.set(key, { row: { ...row }, stored, changed: true });
  }

  async where<T extends Table, C extends keyof Row<T> & string>(
    table: T,
    column: C,
    value: Row<T>[C],
  ): Promise<Row<T>[]> {
    await this.write(table);
    const rows = (await this.store.where(table, column, value)) as ({ id: unknown } & Row<T>)[];
    const held = this.held(table);
    for (const row of rows) held.set(String(row.id), { row: { ...row }, stored: true, changed: false });
    return rows.map((row) => ({ ...row }));
  }

  /** Writes what changed. */
  async end(): Promise<void> {
    for (const table of this.tables.keys()) await this.write(table);
  }

  private async write(table: Table): Promise<void> {
    for (const held of this.held(table).values()) {
      if (!held.changed) continue;
      if (held.stored) await this.store.update(table, held.row!);
      else await this.store.insert(table, held.row!);
      held.stored = true;
      held.changed = false;
    }
  }

  private held(table: Table): Map<string, Held> {
    let held = this.tables.get(table);
    if (held === undefined) this.tables.set(table, (held = new Map()));
    return held;
  }
}

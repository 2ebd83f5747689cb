// SPDX-License-Identifier: MIT
import type { DatabaseSync, StatementSync } from "node:sqlite";
import { SqliteFile } from "../../chain/store/SqliteFile.js";
import type { Hex } from "../../sdk/orderHash.js";
import type { Head } from "../journal/page.js";
import type { Commit, MatchRow, OrderRow, Store } from "./Store.js";

const TABLES = `
  CREATE TABLE IF NOT EXISTS relay_head (venue TEXT PRIMARY KEY, head TEXT NOT NULL);
  CREATE TABLE IF NOT EXISTS relay_page (venue TEXT, page INTEGER, first INTEGER NOT NULL, body TEXT NOT NULL,
    PRIMARY KEY (venue, page)) WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS relay_order (venue TEXT, hash TEXT, account TEXT NOT NULL, body TEXT NOT NULL,
    state TEXT NOT NULL, retired INTEGER NOT NULL DEFAULT 0, PRIMARY KEY (venue, hash));
  CREATE INDEX IF NOT EXISTS relay_order_live ON relay_order (venue) WHERE retired = 0;
  CREATE TABLE IF NOT EXISTS relay_match (venue TEXT, number INTEGER, body TEXT NOT NULL, state TEXT NOT NULL,
    job TEXT, mined_at INTEGER, PRIMARY KEY (venue, number)) WITHOUT ROWID;
`;

// Orders have rows in the order of their arrival: those that a match takes together stand together, and a commit writes
// fewer pages.

/** For one relay at a time: in a file, or in memory (":memory:"). A page is on the disk when `commit` is done. */
export class SqliteStore implements Store {
  private readonly file: SqliteFile;
  private readonly db: DatabaseSync;
  private readonly prepared = new Map<string, StatementSync>();

  constructor(
    file: string,
    private readonly venue: string,
    checkpoints: "here" | "elsewhere" = "here",
  ) {
    this.file = new SqliteFile(file, TABLES, checkpoints);
    this.db = this.file.db;
  }

  async acquire(): Promise<void> {}

  onLost(): void {}

  async head(): Promise<Head | undefined> {
    const row = this.sql("SELECT head FROM relay_head WHERE venue = ?").get(this.venue);
    return row === undefined ? undefined : (JSON.parse(String(row["head"])) as Head);
  }

  async orders(): Promise<OrderRow[]> {
    const ask = "SELECT hash, account, body, state FROM relay_order WHERE venue = ? AND retired = 0";
    return this.sql(ask).all(this.venue) as unknown as OrderRow[];
  }

  async order(hash: Hex): Promise<OrderRow | undefined> {
    const ask = "SELECT hash, account, body, state FROM relay_order WHERE venue = ? AND hash = ?";
    return this.sql(ask).get(this.venue, hash) as unknown as OrderRow | undefined;
  }

  async matches(): Promise<MatchRow[]> {
    const ask = "SELECT number, body, state, job, mined_at FROM relay_match WHERE venue = ? ORDER BY number";
    return this.sql(ask)
      .all(this.venue)
      .map((row) => ({
        number: Number(row["number"]),
        body: String(row["body"]),
        state: row["state"] as MatchRow["state"],
        job: row["job"] === null ? undefined : String(row["job"]),
        minedAt: row["mined_at"] === null ? undefined : Number(row["mined_at"]),
      }));
  }

  async commit({ pages, head, orders, matches, gone }: Commit): Promise<void> {
    this.file.atOnce(() => {
      const write = this.sql("INSERT INTO relay_page VALUES (?, ?, ?, ?)");
      for (const { page, first, body } of pages) write.run(this.venue, page, first, body);
      this.sql("INSERT OR REPLACE INTO relay_head VALUES (?, ?)").run(this.venue, JSON.stringify(head));
      const add = this.sql(
        "INSERT OR REPLACE INTO relay_order (venue, hash, account, body, state) VALUES (?, ?, ?, ?, ?)",
      );
      const change = this.sql("UPDATE relay_order SET state = ? WHERE venue = ? AND hash = ?");
      for (const { hash, account, body, state } of orders) {
        if (body === undefined) change.run(state, this.venue, hash);
        else add.run(this.venue, hash, account, body, state);
      }
      this.writeMatches(matches);
      const drop = this.sql("DELETE FROM relay_match WHERE venue = ? AND number = ?");
      for (const number of gone) drop.run(this.venue, number);
    });
  }

  async retire(hashes: readonly Hex[]): Promise<void> {
    this.file.atOnce(() => {
      const retire = this.sql("UPDATE relay_order SET retired = 1 WHERE venue = ? AND hash = ?");
      for (const hash of hashes) retire.run(this.venue, hash);
    });
  }

  async pages(from: number, count: number): Promise<string[]> {
    const ask = "SELECT body FROM relay_page WHERE venue = ? AND page >= ? ORDER BY page LIMIT ?";
    return this.sql(ask)
      .all(this.venue, from, count)
      .map(({ body }) => String(body));
  }

  async close(): Promise<void> {
    this.prepared.clear();
    this.file.close();
  }

  // ------------------------------------------------------------------ inside

  private writeMatches(matches: readonly MatchRow[]): void {
    const put = this.sql("INSERT OR REPLACE INTO relay_match VALUES (?, ?, ?, ?, ?, ?)");
    for (const { number, body, state, job, minedAt } of matches) {
      put.run(this.venue, number, body, state, job ?? null, minedAt ?? null);
    }
  }

  private sql(text: string): StatementSync {
    let found = this.prepared.get(text);
    if (found === undefined) this.prepared.set(text, (found = this.db.prepare(text)));
    return found;
  }
}

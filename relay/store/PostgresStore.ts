// SPDX-License-Identifier: MIT
import { Client } from "pg";
import { DatabaseUnusable } from "../../chain/errors.js";
import type { Hex } from "../../sdk/orderHash.js";
import type { Head } from "../journal/page.js";
import type { Commit, MatchRow, OrderRow, PageRow, Store } from "./Store.js";

const TABLES = `
  CREATE TABLE IF NOT EXISTS relay_head (venue TEXT PRIMARY KEY, head TEXT NOT NULL);
  CREATE TABLE IF NOT EXISTS relay_page (venue TEXT, page BIGINT, first BIGINT NOT NULL, body TEXT NOT NULL,
    PRIMARY KEY (venue, page));
  CREATE TABLE IF NOT EXISTS relay_order (venue TEXT, hash TEXT, account TEXT NOT NULL, body TEXT NOT NULL,
    state TEXT NOT NULL, retired BOOLEAN NOT NULL DEFAULT FALSE, PRIMARY KEY (venue, hash));
  CREATE INDEX IF NOT EXISTS relay_order_live ON relay_order (venue) WHERE NOT retired;
  CREATE TABLE IF NOT EXISTS relay_match (venue TEXT, number BIGINT, body TEXT NOT NULL, state TEXT NOT NULL,
    job TEXT, mined_at BIGINT, PRIMARY KEY (venue, number));
`;
/** Tells the relay's locks from those of others on the database. */
const LOCK = 0x4e6f5265;

/**
 * Shared by several relays that take turns: the one that holds the lock of the venue accepts orders, the others wait
 * for it. The lock is of the connection that writes: who loses the one has lost the other, and ends.
 */
export class PostgresStore implements Store {
  private lost: (why: Error) => void = () => {};

  private constructor(
    private readonly client: Client,
    private readonly venue: string,
  ) {
    client.on("error", (why) => this.lost(why));
    client.on("end", () => this.lost(new Error("the database has ended the connection")));
  }

  static async open(url: string, venue: string): Promise<PostgresStore> {
    const client = new Client({ connectionString: url, application_name: "novation-relay", keepAlive: true });
    try {
      await client.connect();
      // Two that start at once would both make the tables.
      await client.query("SELECT pg_advisory_lock($1, 0)", [LOCK]);
      await client.query(TABLES);
      await client.query("SELECT pg_advisory_unlock($1, 0)", [LOCK]);
    } catch (failure) {
      throw new DatabaseUnusable("of DATABASE_URL", (failure as Error).message);
    }
    return new PostgresStore(client, venue);
  }

  async acquire(): Promise<void> {
    await this.client.query("SELECT pg_advisory_lock($1, hashtext($2))", [LOCK, this.venue]);
  }

  onLost(run: (why: Error) => void): void {
    this.lost = run;
  }

  async head(): Promise<Head | undefined> {
    const { rows } = await this.client.query<{ head: string }>("SELECT head FROM relay_head WHERE venue = $1", [
      this.venue,
    ]);
    return rows[0] === undefined ? undefined : (JSON.parse(rows[0].head) as Head);
  }

  async orders(): Promise<OrderRow[]> {
    const ask = "SELECT hash, account, body, state FROM relay_order WHERE venue = $1 AND NOT retired";
    return (await this.client.query<OrderRow>(ask, [this.venue])).rows;
  }

  async order(hash: Hex): Promise<OrderRow | undefined> {
    const ask = "SELECT hash, account, body, state FROM relay_order WHERE venue = $1 AND hash = $2";
    return (await this.client.query<OrderRow>(ask, [this.venue, hash])).rows[0];
  }

  async matches(): Promise<MatchRow[]> {
    const ask = "SELECT number, body, state, job, mined_at FROM relay_match WHERE venue = $1 ORDER BY number";
    const { rows } = await this.client.query<{
      number: string;
      body: string;
      state: MatchRow["state"];
      job: string | null;
      mined_at: string | null;
    }>(ask, [this.venue]);
    return rows.map(({ number, body, state, job, mined_at }) => ({
      number: Number(number),
      body,
      state,
      job: job ?? undefined,
      minedAt: mined_at === null ? undefined : Number(mined_at),
    }));
  }

  async commit({ pages, head, orders, matches, gone }: Commit): Promise<void> {
    await this.atOnce(async () => {
      await this.addPages(pages, head);
      await this.addOrders(orders.filter(({ body }) => body !== undefined));
      await this.changeOrders(orders.filter(({ body }) => body === undefined));
      await this.writeMatches(matches);
      const drop = "DELETE FROM relay_match WHERE venue = $1 AND number = ANY($2)";
      if (gone.length > 0) await this.client.query(drop, [this.venue, gone]);
    });
  }

  async retire(hashes: readonly Hex[]): Promise<void> {
    const retire = "UPDATE relay_order SET retired = TRUE WHERE venue = $1 AND hash = ANY($2)";
    await this.client.query(retire, [this.venue, hashes]);
  }

  async pages(from: number, count: number): Promise<string[]> {
    const ask = "SELECT body FROM relay_page WHERE venue = $1 AND page >= $2 ORDER BY page LIMIT $3";
    const { rows } = await this.client.query<{ body: string }>(ask, [this.venue, from, count]);
    return rows.map(({ body }) => body);
  }

  async close(): Promise<void> {
    this.lost = () => {};
    await this.client.end();
  }

  // ------------------------------------------------------------------ inside

  private async addPages(pages: readonly PageRow[], head: Head): Promise<void> {
    if (pages.length === 0) return;
    const write = "INSERT INTO relay_page SELECT $1, * FROM unnest($2::BIGINT[], $3::BIGINT[], $4::TEXT[])";
    const column = <K extends keyof PageRow>(key: K) => pages.map((row) => row[key]);
    await this.client.query(write, [this.venue, column("page"), column("first"), column("body")]);
    const put = "INSERT INTO relay_head VALUES ($1, $2) ON CONFLICT (venue) DO UPDATE SET head = $2";
    await this.client.query(put, [this.venue, JSON.stringify(head)]);
  }

  private async addOrders(rows: readonly OrderRow[]): Promise<void> {
    if (rows.length === 0) return;
    const add = `INSERT INTO relay_order (venue, hash, account, body, state)
      SELECT $1, * FROM unnest($2::TEXT[], $3::TEXT[], $4::TEXT[], $5::TEXT[])
      ON CONFLICT (venue, hash) DO UPDATE SET body = EXCLUDED.body, state = EXCLUDED.state, retired = FALSE`;
    const column = <K extends keyof OrderRow>(key: K) => rows.map((row) => row[key]);
    await this.client.query(add, [this.venue, column("hash"), column("account"), column("body"), column("state")]);
  }

  private async changeOrders(rows: readonly OrderRow[]): Promise<void> {
    if (rows.length === 0) return;
    const change = `UPDATE relay_order SET state = new.state FROM unnest($2::TEXT[], $3::TEXT[]) AS new (hash, state)
      WHERE venue = $1 AND relay_order.hash = new.hash`;
    await this.client.query(change, [this.venue, rows.map(({ hash }) => hash), rows.map(({ state }) => state)]);
  }

  private async writeMatches(rows: readonly MatchRow[]): Promise<void> {
    if (rows.length === 0) return;
    const put = `INSERT INTO relay_match
      SELECT $1, * FROM unnest($2::BIGINT[], $3::TEXT[], $4::TEXT[], $5::TEXT[], $6::BIGINT[])
      ON CONFLICT (venue, number) DO UPDATE SET state = EXCLUDED.state, job = EXCLUDED.job, mined_at = EXCLUDED.mined_at`;
    const columns = [
      rows.map(({ number }) => number),
      rows.map(({ body }) => body),
      rows.map(({ state }) => state),
      rows.map(({ job }) => job ?? null),
      rows.map(({ minedAt }) => minedAt ?? null),
    ];
    await this.client.query(put, [this.venue, ...columns]);
  }

  private async atOnce(run: () => Promise<void>): Promise<void> {
    await this.client.query("BEGIN");
    try {
      await run();
      await this.client.query("COMMIT");
    } catch (failure) {
      await this.client.query("ROLLBACK").catch(() => {});
      throw failure;
    }
  }
}

// SPDX-License-Identifier: MIT
import { sql, type SQL } from "drizzle-orm";
import { pgSchema, text } from "drizzle-orm/pg-core";
import { db } from "ponder:api";
import type { Indexed } from "../../doctor/Findings";
import { accounts, counts, digests, nodes, positions } from "../../schema";
import type { Hex } from "../scene";
import { required } from "../settings";
import { Cached } from "./Cached";

const own = pgSchema(required("DATABASE_SCHEMA"));
/**
 * Ponder's own: how far rows are, written with them. A checkpoint begins with the block's time, and has its number in
 * digits 26 to 42.
 */
const checkpoints = own.table("_ponder_checkpoint", { latest: text("latest_checkpoint").notNull() });
const meta = own.table("_ponder_meta", { key: text("key").notNull(), value: text("value").notNull() });

/** The rows of a query in SQL. */
export async function ask<T>(query: SQL): Promise<T[]> {
  const result = (await db.execute(query)) as unknown as { rows: T[] };
  return result.rows;
}

/** The time of the block that rows are as of, in SQL. */
export const clock: SQL = sql`(select substring(max(${checkpoints.latest}) from 1 for 10)::numeric from ${checkpoints})`;

const moment = new Cached(200, async () => {
  const [row] = await ask<{ now: string | null }>(sql`select ${clock}::text as now`);
  return Number(row?.now ?? 0);
});

/** The time of that block. */
export function timeOfRows(): Promise<number> {
  return moment.value();
}

/** Is the history indexed, and the indexer at the head of the chain? */
export async function isReady(): Promise<boolean> {
  const found = await ask<{ ready: boolean | null }>(
    sql`select (${meta.value}::jsonb ->> 'is_ready') = '1' as ready from ${meta} where ${meta.key} = 'app'`,
  );
  return found[0]?.ready === true;
}

const BLOCK_AT = 26;
const BLOCK_DIGITS = 16;
/** 2^95: a share of a node that was never torn up. */
const ONE = "39614081257132168796771975168";

interface Raw {
  checkpoint: string;
  counts: Record<string, number> | null;
  digest: { events: number; digest: Hex } | null;
  accounts: { id: string; cash: string; sizes: Record<string, string> | null }[] | null;
}

/**
 * All that the doctor compares, in one query: so all as of one block. `many`: accounts to sample, from a random place
 * on and from the first again; `suspects` beside them.
 */
export async function readIndexed(many: number, suspects: readonly bigint[]): Promise<Indexed> {
  const from = sql`${randomId()}::numeric`;
  const some = (where: SQL) =>
    sql`(select ${accounts.id}, ${accounts.cash} + ${accounts.credit} as cash from ${accounts} where ${where} order by ${accounts.id} limit ${many})`;
  const named =
    suspects.length === 0
      ? sql`false`
      : sql`${accounts.id} in (${sql.join(
          suspects.map((id) => sql`${id.toString()}::numeric`),
          sql`, `,
        )})`;
  const [row] = await ask<Raw>(sql`
    with sample as (
      (select * from (${some(sql`${accounts.id} >= ${from}`)} union all ${some(sql`${accounts.id} < ${from}`)}) as near
        limit ${many})
      union select ${accounts.id}, ${accounts.cash} + ${accounts.credit} from ${accounts} where ${named}
    ), held as (
      select ${positions.account} as account, json_object_agg(${positions.market}::text,
        (sign(${positions.shares}) * div(abs(${positions.shares}) * ${nodes.remaining}, ${ONE}::numeric))::text) as sizes
      from ${positions} join ${nodes} on ${nodes.id} = ${positions.market} || case when ${positions.shares} > 0
        then '-L-' else '-S-' end || ${positions.node}
      where ${positions.account} in (select id from sample) and ${positions.shares} <> 0 group by 1
    )
    select
      (select max(${checkpoints.latest}) from ${checkpoints}) as checkpoint,
      (select json_object_agg(${counts.id}, ${counts.count}) from ${counts}) as counts,
      (select json_build_object('events', ${digests.events}, 'digest', ${digests.digest}) from ${digests}) as digest,
      (select json_agg(json_build_object('id', sample.id::text, 'cash', sample.cash::text, 'sizes', held.sizes))
        from sample left join held on held.account = sample.id) as accounts`);
  const { checkpoint, counts: counted, digest, accounts: sampled } = row!;
  return {
    block: Number(checkpoint.slice(BLOCK_AT, BLOCK_AT + BLOCK_DIGITS)),
    events: digest?.events ?? 0,
    digest: digest?.digest ?? `0x${"0".repeat(64)}`,
    counts: new Map(Object.entries(counted ?? {})),
    sample: (sampled ?? []).map(({ id, cash, sizes }) => ({
      id: BigInt(id),
      cash: BigInt(cash),
      sizes: new Map(
        Object.entries(sizes ?? {})
          .map(([market, size]) => [BigInt(market), BigInt(size)] as const)
          .filter(([, size]) => size !== 0n),
      ),
    })),
  };
}

/** Account ids begin with an address: one at random is anywhere among them. */
function randomId(): string {
  const parts = Array.from({ length: 6 }, () => Math.floor(Math.random() * 2 ** 32));
  return parts.reduce((sum, part) => (sum << 32n) | BigInt(part), 0n).toString();
}

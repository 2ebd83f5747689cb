// SPDX-License-Identifier: MIT
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import type { Client } from "pg";

/** What a process used so far: its most resident memory, bytes, and seconds of processor. */
export interface Usage {
  readonly memory: number;
  readonly cpu: number;
}

/** Looks at a process ten times a second, on Linux; the answer ends it. */
export function watchProcess(pid: () => number | undefined): () => Usage {
  const [page, ticks] = ["PAGESIZE", "CLK_TCK"].map((name) => Number(execFileSync("getconf", [name]).toString()));
  let [memory, cpu] = [0, 0];
  const timer = setInterval(() => {
    const id = pid();
    if (id === undefined) return;
    try {
      const fields = readFileSync(`/proc/${id}/stat`, "utf8").split(") ")[1]!.split(" ");
      memory = Math.max(memory, Number(fields[21]) * page!);
      cpu = (Number(fields[11]) + Number(fields[12])) / ticks!;
    } catch {
      // it has just ended
    }
  }, 100);
  return () => {
    clearInterval(timer);
    return { memory, cpu };
  };
}

export async function diskOf(client: Client): Promise<number> {
  const { rows } = await client.query("select pg_database_size(current_database()) as size");
  return Number((rows as { size: string }[])[0]!.size);
}

/** Of a schema, indexes included. */
export async function sizeOf(client: Client, schema: string): Promise<number> {
  const sql = `select coalesce(sum(pg_total_relation_size(c.oid)), 0) as size from pg_class c
    join pg_namespace n on n.oid = c.relnamespace where n.nspname = $1 and c.relkind = 'r'`;
  const { rows } = await client.query(sql, [schema]);
  return Number((rows as { size: string }[])[0]!.size);
}

/** Rows of the largest tables, as the database estimates them. */
export async function tablesOf(client: Client, schema: string): Promise<Record<string, number>> {
  await client.query("analyze");
  const sql = `select c.relname as name, c.reltuples::bigint as many from pg_class c
    join pg_namespace n on n.oid = c.relnamespace
    where n.nspname = $1 and c.relkind = 'r' and c.relname !~ '^_' and c.reltuples > 0
    order by c.reltuples desc limit 12`;
  const { rows } = await client.query(sql, [schema]);
  return Object.fromEntries((rows as { name: string; many: string }[]).map(({ name, many }) => [name, Number(many)]));
}

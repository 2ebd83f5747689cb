// SPDX-License-Identifier: MIT
import type { Position } from "../../sdk/state/Venue.js";
import type { Finding } from "./Finding.js";
import type { Rebuilt } from "./rebuild.js";

interface AccountRow {
  readonly id: string;
  readonly cash: string;
  readonly group: string;
  readonly calledAt: string;
  readonly minSequence: string;
}

interface PositionRow {
  readonly account: string;
  readonly market: string;
  readonly shares: string;
  readonly offset: string;
  readonly residue: string;
  readonly node: string;
}

const PAGE = 500;

/** INV-12 by the indexer's own interface: rows of accounts and positions are the SDK's, and its doctor is content. */
export async function checkIndexer(url: string, { venue, head }: Rebuilt): Promise<Finding> {
  const faults: string[] = [];
  const health = (await (await fetch(`${url}/v1/health`)).json()) as {
    status: string;
    indexed: number;
    events: number;
  };
  if (health.status !== "ok") faults.push(`its doctor says ${health.status}`);
  if (health.indexed !== head) faults.push(`it has block ${health.indexed} of ${head}`);
  const accounts = await rows<AccountRow>(url, "accounts", "id cash group calledAt minSequence");
  const positions = await rows<PositionRow>(url, "positions", "account market shares offset residue node");

  const told = new Map(accounts.map((row) => [BigInt(row.id), row]));
  let compared = 0;
  const compare = (what: string, own: bigint, theirs: string | undefined) => {
    compared += 1;
    if (BigInt(theirs ?? 0) !== own) faults.push(`${what}: ${theirs}, the SDK ${own}`);
  };
  const legs = new Map<string, Position>();
  const shift = venue.kind === "options" ? 8n : 2n; // of the group in a market's number
  for (const account of venue.accounts.values()) {
    const row = told.get(account.id);
    compare(`cash of ${account.id}`, account.cash, row?.cash);
    compare(`group of ${account.id}`, account.group, row?.group);
    compare(`call of ${account.id}`, account.calledAt, row?.calledAt);
    compare(`sequence of ${account.id}`, account.minSequence, row?.minSequence);
    account.legs.forEach((leg, index) => {
      if (leg !== undefined) legs.set(`${account.id}/${(account.group << shift) | BigInt(index)}`, leg);
    });
  }
  if (accounts.length !== venue.accounts.size) faults.push(`${accounts.length} accounts of ${venue.accounts.size}`);
  const held = positions.filter(({ shares }) => shares !== "0");
  if (held.length !== legs.size) faults.push(`${held.length} positions of ${legs.size}`);
  for (const { account, market, ...row } of held) {
    const leg = legs.get(`${account}/${market}`);
    for (const name of ["shares", "offset", "residue", "node"] as const) {
      compare(`${name} of ${account} in ${market}`, leg?.[name] ?? 0n, row[name]);
    }
  }
  const doctor = `its doctor counted ${health.events} events and their places`;
  const says = `${accounts.length} accounts, ${held.length} positions, ${compared} values, as the SDK rebuilds them; ${doctor}`;
  return { what: "indexer", says, faults };
}

/** All rows of a table, by GraphQL. */
async function rows<T>(url: string, table: string, fields: string): Promise<T[]> {
  const all: T[] = [];
  for (let after: string | null = null; ;) {
    const from = after === null ? "" : `, after: "${after}"`;
    const query = `{ ${table}(limit: ${PAGE}${from}) { items { ${fields} } pageInfo { hasNextPage endCursor } } }`;
    const answer = await fetch(`${url}/graphql`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ query }),
    });
    const { data, errors } = (await answer.json()) as Told<T>;
    if (data === undefined || data === null) throw new Error(`the indexer: ${errors?.[0]?.message ?? answer.status}`);
    const { items, pageInfo } = data[table]!;
    all.push(...items);
    if (!pageInfo.hasNextPage) return all;
    after = pageInfo.endCursor;
  }
}

interface Told<T> {
  readonly data?: Record<string, { items: T[]; pageInfo: { hasNextPage: boolean; endCursor: string } }> | null;
  readonly errors?: { message: string }[];
}

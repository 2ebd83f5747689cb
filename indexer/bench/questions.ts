// SPDX-License-Identifier: MIT
import type { Client } from "pg";

const ACCOUNTS = 500;

/** What wallets, charts and bots ask, by name: each about another account, another page, another interval. */
export type Questions = Readonly<Record<string, () => string>>;

/** Questions about what is indexed. */
export async function questionsOf(client: Client, schema: string, random: () => number): Promise<Questions> {
  const rows = async <T>(sql: string): Promise<T[]> => (await client.query(sql)).rows as T[];
  const table = (name: string) => `"${schema}".${name}`;
  const accounts = await rows<{ id: string }>(
    `select id from ${table("accounts")} order by random() limit ${ACCOUNTS}`,
  );
  const markets = await rows<{ id: string }>(`select id from ${table("markets")} order by id`);
  const locks = await rows<{ id: string }>(`select id from ${table("locks")} limit 100`);
  const [bounds] = await rows<{ first: string; last: string }>(
    `select min(seq) as first, max(seq) as last from ${table("fills")}`,
  );
  const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)]!;
  const account = () => pick(accounts).id;
  const market = () => pick(markets).id;
  const [first, last] = [Number(bounds!.first), Number(bounds!.last)];
  const somewhere = () => Math.floor(first + random() * (last - first));
  const questions: Record<string, () => string> = {
    account: () => `/v1/accounts/${account()}`,
    history: () => `/v1/accounts/${account()}/history?limit=100&after=${somewhere()}`,
    ledger: () => `/v1/accounts/${account()}/ledger?limit=50&before=${somewhere()}`,
    positions: () => `/v1/accounts/${account()}/positions?limit=50`,
    fills: () => `/v1/accounts/${account()}/fills?limit=50`,
    candles: () => `/v1/markets/${market()}/candles?seconds=${pick([60, 300, 3_600])}&limit=200`,
    trades: () => `/v1/markets/${market()}/trades?limit=50&before=${somewhere()}`,
    funding: () => `/v1/markets/${market()}/funding?seconds=${pick([300, 3_600])}&limit=200`,
    risk: () => `/v1/at-risk?limit=50`,
  };
  if (locks.length > 0) questions["receipt"] = () => `/v1/locks/${pick(locks).id}/receipt?limit=100`;
  return questions;
}

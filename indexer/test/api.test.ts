// SPDX-License-Identifier: MIT
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { healthOf } from "../../sdk/margin/health.js";
import { quoteOf, seenAt } from "../../sdk/margin/quote.js";
import { parseMoney } from "../../sdk/decimal.js";
import { verifyReceipt } from "../../sdk/receipt/verifyReceipt.js";
import type { Venue } from "../../sdk/state/Venue.js";
import { toPrice } from "../../sim/venue/units.js";
import { INTERVALS } from "../src/history/candles";
import { Running } from "./Running";
import { Story } from "./Story";
import { historyOf, logsOf, rebuiltOf } from "./replay";

type Json = Record<string, unknown>;

describe("the API, on the database that comes with it", { timeout: 600_000 }, () => {
  let story: Story;
  let running: Running;
  let rebuilt: Venue;
  let history: ReturnType<typeof historyOf>;

  before(async () => {
    story = await Story.open();
    await story.crash();
    await story.office();
    running = await Running.start(story);
    await running.caughtUp(180);
    const logs = await logsOf(story.venue.chain.provider, await story.deployment());
    rebuilt = rebuiltOf(logs, 6);
    history = historyOf(logs);
  });
  after(async () => {
    await running?.stop();
    story?.stop();
  });

  it("describes every route, and answers what it describes", async () => {
    const { openapi, paths } = await running.get<{ openapi: string; paths: Record<string, { get: Operation }> }>(
      "/v1/openapi.json",
    );
    assert.equal(openapi, "3.1.0");
    const values: Record<string, string> = {
      market: String(story.markets.BTC.id),
      group: "1",
      lock: "1-1",
      account: String(story.crowd[1]!.account),
      owner: story.venue.operator,
    };
    let asked = 0;
    for (const [path, { get }] of Object.entries(paths)) {
      const url = path.replaceAll(/\{(\w+)\}/g, (_, name: string) => values[name]!);
      const answer = await running.get(url);
      matches(answer, get.responses["200"]!.content["application/json"]!.schema, url);
      asked += 1;
    }
    assert.ok(asked >= 20, `${asked} routes`);
  });

  it("refuses what it does not know, by name", async () => {
    for (const [path, status, says] of [
      ["/v1/markets/x/candles", 400, /market is x/],
      ["/v1/markets/4/candles?seconds=61", 400, /seconds is 61/],
      ["/v1/markets/4/candles?nonsense=1", 400, /no parameter nonsense/],
      ["/v1/accounts/1/history?limit=0", 400, /limit is 0/],
      ["/v1/accounts/1", 404, /account 1/],
      ["/v1/locks/9-9/receipt", 404, /no lock 9-9/],
    ] as const) {
      const { error } = await running.get<{ error: string }>(path, status);
      assert.match(error, says);
    }
  });

  it("tells an account's history whose last line has its cash, as JSON and as CSV", async () => {
    for (const { account } of story.crowd.slice(0, 6)) {
      const { entries } = await running.get<{ entries: Json[] }>(`/v1/accounts/${account}/history`);
      const { cash } = rebuilt.accounts.get(account)!;
      assert.equal(entries.at(-1)!["cash"], String(cash));
      const csv = await running.get<string>(`/v1/accounts/${account}/history?format=csv`);
      const [head, ...lines] = csv.trim().split("\r\n");
      const column = head!.split(",").indexOf("cash change");
      const changes = lines.map((line) => line.split(",")[column]!).filter((text) => text !== "");
      const total = changes.reduce((sum, text) => sum + parseMoney(text), 0n);
      assert.equal(total, cash);
    }
  });

  it("tells who paid what in a lock, as the SDK recomputes it", async () => {
    for (const [group, lock] of [
      [1n, 1n],
      [2n, 1n],
    ]) {
      const receipt = verifyReceipt(history, { group: group as never, lock: lock!, tokenDecimals: 6 });
      const told = await running.get<{ lock: Json; receipts: Json[]; defaults: Json[] }>(
        `/v1/locks/${group}-${lock}/receipt`,
      );
      assert.equal(told.lock["deficit"], String(receipt.deficit));
      assert.equal(told.defaults.length, receipt.absorbed.length);
      const paid = told.receipts
        .filter(({ charge }) => charge !== "0")
        .map(({ account, charge }) => `${account} ${charge}`);
      const payers = receipt.markets.flatMap(({ payers }) =>
        payers.map(({ account, paid: each }) => `${account} ${each}`),
      );
      assert.deepEqual(paid.sort(), payers.filter((each) => !each.endsWith(" 0")).sort());
    }
  });

  it("lists accounts at risk with the equity and the margin that the SDK computes", async () => {
    const list = await running.get<{ account: string; equity: string; maintenance: string }[]>("/v1/at-risk");
    const now = BigInt(story.venue.now);
    const held = [...rebuilt.accounts.values()].filter(({ legs }) => legs.some((leg) => leg !== undefined));
    assert.equal(list.length, held.length);
    let last = -Infinity;
    for (const { account, equity, maintenance } of list) {
      const own = rebuilt.accounts.get(BigInt(account) as never)!;
      const quotes = rebuilt.groups.get(own.group)!.markets.map((market) => {
        const { mark } = Object.values(story.markets).find(({ id }) => id === market.id)!;
        return quoteOf(market, seenAt(toPrice(mark)), now);
      });
      const health = healthOf(rebuilt, own, quotes);
      assert.deepEqual(
        [equity, maintenance],
        [String(health.equity), String(health.maintenance)],
        `account ${account}`,
      );
      const ratio = Number(equity) / Number(maintenance);
      assert.ok(ratio >= last);
      last = ratio;
    }
  });

  it("tells the series of a market", async () => {
    const { id } = story.markets.SOL;
    const volume = await running.get<{ quote: string }[]>(`/v1/markets/${id}/volume?seconds=86400`);
    const trades = await running.get<{ notional: string }[]>(`/v1/markets/${id}/trades`);
    const total = (list: string[]) => list.reduce((sum, each) => sum + BigInt(each), 0n);
    assert.equal(total(volume.map(({ quote }) => quote)), total(trades.map(({ notional }) => notional)));
    const interest = await running.get<{ openInterest: string; time: number }[]>(`/v1/markets/${id}/open-interest`);
    assert.equal(interest.at(-1)!.openInterest, String(rebuilt.groups.get(2n as never)!.markets[0]!.openInterest));
    for (const seconds of INTERVALS) {
      const candles = await running.get<{ start: number }[]>(`/v1/markets/${id}/candles?seconds=${seconds}&kind=mark`);
      assert.ok(candles.length > 0);
      assert.deepEqual(
        candles.map(({ start }) => start),
        candles.map(({ start }) => start).sort((a, b) => a - b),
      );
    }
  });

  it("tells aggregators what they list by, in their fields", async () => {
    const contracts = await running.get<Json[]>("/coingecko/contracts");
    assert.equal(contracts.length, 3);
    const sol = contracts.find((each) => each["ticker_id"] === "SOL-PERP")!;
    for (const name of COINGECKO) assert.ok(name in sol, name);
    assert.equal(sol["index_price"], story.markets.SOL.mark);
    const day = await running.get<Json>("/defillama/derivatives");
    for (const name of DEFILLAMA) assert.equal(typeof day[name], "string", name);
    assert.equal(Number(day["dailyFees"]), Number(day["dailyRevenue"]) + Number(day["dailySupplySideRevenue"]));
    assert.ok(Number(day["dailyVolume"]) > 0);
  });

  it("answers GraphQL and SQL as Ponder does", async () => {
    const response = await fetch(`http://127.0.0.1:${running.port}/graphql`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ query: "{ locks(limit: 9) { items { id state deficit } } accounts { totalCount } }" }),
    });
    const { data } = (await response.json()) as {
      data: { locks: { items: Json[] }; accounts: { totalCount: number } };
    };
    assert.equal(data.locks.items.length, 2);
    assert.equal(data.accounts.totalCount, rebuilt.accounts.size);
  });

  it("goes on after kill -9", async () => {
    process.kill(running.supervisor.pid!, "SIGKILL");
    await story.tradeOften(2);
    const seconds = await running.caughtUp();
    console.log(`kill -9 on PGlite: right again after ${seconds.toFixed(1)} s`);
    assert.equal(running.supervisor.rebuilds, 0);
  });
});

interface Operation {
  responses: Record<string, { content: Record<string, { schema: Schema }> }>;
}

interface Schema {
  type: string | string[];
  items?: Schema;
  properties?: Record<string, Schema>;
}

/** Every described member is there, and of its type. */
function matches(value: unknown, { type, items, properties }: Schema, where: string): void {
  const types = [type].flat();
  const is = value === null ? "null" : Array.isArray(value) ? "array" : typeof value;
  const fits = types.includes(is) || (is === "number" && types.includes("integer"));
  assert.ok(fits || (value === null && where.includes(".")), `${where} is ${is}, described as ${types.join()}`);
  if (Array.isArray(value) && items) for (const each of value.slice(0, 3)) matches(each, items, `${where}[]`);
  if (is !== "object" || properties === undefined) return;
  for (const [name, schema] of Object.entries(properties)) {
    assert.ok(name in (value as Json), `${where} has no ${name}`);
    matches((value as Json)[name], schema, `${where}.${name}`);
  }
}

const COINGECKO = [
  "ticker_id",
  "base_currency",
  "quote_currency",
  "last_price",
  "base_volume",
  "USD_volume",
  "quote_volume",
  "bid",
  "ask",
  "high",
  "low",
  "product_type",
  "open_interest",
  "open_interest_usd",
  "index_price",
  "creation_timestamp",
  "expiry_timestamp",
  "funding_rate",
  "next_funding_rate",
  "next_funding_rate_timestamp",
  "maker_fee",
  "taker_fee",
  "contract_type",
  "contract_price",
  "contract_price_currency",
];

const DEFILLAMA = [
  "dailyVolume",
  "openInterestAtEnd",
  "longOpenInterestAtEnd",
  "shortOpenInterestAtEnd",
  "dailyFees",
  "dailyUserFees",
  "dailyRevenue",
  "dailyProtocolRevenue",
  "dailySupplySideRevenue",
];

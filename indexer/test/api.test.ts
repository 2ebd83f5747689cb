// SPDX-License-Identifier: MIT
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { after, before, describe, it } from "node:test";
import { healthOf } from "../../sdk/margin/health.js";
import { quoteOf, seenAt } from "../../sdk/margin/quote.js";
import { parseMoney } from "../../sdk/decimal.js";
import { verifyReceipt } from "../../sdk/receipt/verifyReceipt.js";
import type { Venue } from "../../sdk/state/Venue.js";
import { toPrice } from "../../sim/venue/units.js";
import type { Deployment } from "../../sdk/deployment.js";
import { legOf } from "../../sdk/margin/leg.js";
import { healthOf as healthOfIndexer } from "../run/Supervisor";
import { INTERVALS } from "../src/history/candles";
import type { IndexedLog } from "../src/indexer";
import { Running } from "./Running";
import { Story } from "./Story";
import { historyOf, logsOf, rebuiltOf } from "./replay";

type Json = Record<string, unknown>;

describe("the API, on the database that comes with it", { timeout: 1_800_000 }, () => {
  let story: Story;
  let running: Running;
  let logs: IndexedLog[];
  let deployment: Deployment;
  const venues = new Map<number, Venue>();
  let rebuilt: Venue;
  let history: ReturnType<typeof historyOf>;

  before(async () => {
    story = await Story.open();
    await story.crash();
    await story.office();
    await story.tradeOften(30); // 10 and 11 have a long history
    running = await Running.start(story);
    await running.caughtUp(900);
    deployment = await story.deployment();
    logs = await logsOf(story.node, deployment);
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
    assert.ok(asked >= 40, `${asked} routes`);
  });

  it("refuses what it does not know, by name", async () => {
    for (const [path, status, says] of [
      ["/v1/markets/x/candles", 400, /market is x/],
      ["/v1/markets/4/candles?seconds=61", 400, /seconds is 61/],
      ["/v1/markets/4/candles?nonsense=1", 400, /no parameter nonsense/],
      ["/v1/accounts/1/history?limit=0", 400, /limit is 0/],
      ["/v1/accounts/1/history?limit=10001", 400, /limit is 10001: it has to be 10 to 10000/],
      ["/v1/accounts/1/ledger?kind=gift", 400, /kind is gift/],
      ["/v1/accounts/1/equity?seconds=60&from=0", 400, /points: at most 1000/],
      ["/v1/governance/parameters?scope=everything", 400, /scope is everything/],
      ["/v1/locks?before=-1", 400, /before is -1/],
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

  it("tells a long history in pages without losing or repeating a row, oldest and latest first", async () => {
    type Rows = { seq: number; id: string }[];
    const { account } = story.crowd[10]!;
    const path = `/v1/accounts/${account}`;
    const whole = await running.get<Record<"entries" | "fills" | "receipts", Rows>>(`${path}/history`);
    assert.ok(whole.entries.length > 20, `${whole.entries.length} entries`);
    const pages: Record<"entries" | "fills" | "receipts", Rows> = { entries: [], fills: [], receipts: [] };
    let next: number | null = 0;
    for (let asked = 0; next !== null; ++asked) {
      assert.ok(asked < 50);
      const page: typeof pages & { next: number | null } = await running.get(`${path}/history?limit=10&after=${next}`);
      for (const kind of ["entries", "fills", "receipts"] as const) pages[kind].push(...page[kind]);
      next = page.next;
    }
    for (const kind of ["entries", "fills", "receipts"] as const) {
      assert.deepEqual(ids(pages[kind]), ids(whole[kind]), kind);
    }
    for (const [route, rows] of [
      ["ledger", whole.entries],
      ["fills", whole.fills],
    ] as const) {
      const found: Rows = [];
      for (let before = ""; ;) {
        const page: Rows = await running.get(`${path}/${route}?limit=7${before}`);
        found.push(...page);
        if (page.length < 7) break;
        before = `&before=${page.at(-1)!.seq}`;
      }
      assert.deepEqual(ids(found).sort(), ids(rows).sort(), route);
    }
    const deposits = await running.get<Json[]>(`${path}/ledger?kind=deposit`);
    assert.ok(deposits.length > 0 && deposits.every(({ kind }) => kind === "DEPOSIT"));
    const sol = String(story.markets.SOL.id);
    const traded = await running.get<Json[]>(`/v1/accounts/${story.crowd[10]!.account}/fills?market=${sol}`);
    assert.ok(traded.length > 1 && traded.every(({ market }) => market === sol));
  });

  it("tells what an account is worth now, and how its open positions came to it", async () => {
    let positions = 0;
    for (const { account } of story.crowd) {
      const told = await running.get<{ equity: string; positions: Record<string, string>[] }>(
        `/v1/accounts/${account}`,
      );
      assert.equal(told.equity, String(equityAt(account, story.venue.now)), `account ${account}`);
      for (const { cashFlow, value, priceProfit, fees, funding, charges } of told.positions) {
        const sum = BigInt(priceProfit!) - BigInt(fees!) - BigInt(funding!) - BigInt(charges!);
        assert.equal(BigInt(cashFlow!) + BigInt(value!), sum);
        positions += 1;
      }
    }
    assert.ok(positions > 3);
  });

  it("tells an account's equity over time, to the unit that the SDK has from the events up to then", async () => {
    let compared = 0;
    for (const { account } of story.crowd.slice(0, 8)) {
      for (const seconds of [300, 900]) {
        type Points = { time: number; equity: string; cash: string; value: string }[];
        const points = await running.get<Points>(`/v1/accounts/${account}/equity?seconds=${seconds}`);
        assert.ok(points.length > 10);
        for (const { time, equity, cash, value } of points) {
          assert.equal(BigInt(equity), BigInt(cash) + BigInt(value));
          assert.equal(equity, String(equityAt(account, time - 1)), `account ${account} at ${time}`);
          compared += 1;
        }
      }
    }
    console.log(`${compared} points of equity equal`);
  });

  it("lists locks and who paid, governance, pauses, parameters and the vault's price", async () => {
    const locks = await running.get<Json[]>("/v1/locks");
    assert.deepEqual(locks.map(({ id }) => id).sort(), ["1-1", "2-1"]);
    assert.equal((await running.get<Json[]>("/v1/locks?group=2&state=settled")).length, 1);
    const receipt = await running.get<{ receipts: { account: string; charge: string }[] }>("/v1/locks/1-1/receipt");
    const { account, charge } = receipt.receipts.find(({ charge }) => charge !== "0")!;
    const own = await running.get<Json[]>(`/v1/accounts/${account}/receipts`);
    assert.ok(own.some((each) => each["charge"] === charge && each["lock"] === "1-1"));
    const executed = await running.get<Json[]>("/v1/governance/operations?state=executed");
    assert.deepEqual(
      executed.map(({ state }) => state),
      ["EXECUTED"],
    );
    const scope = `market-${story.markets.SOL.id}`;
    const fees = await running.get<Json[]>(`/v1/governance/parameters?scope=${scope}&name=takerFee`);
    assert.deepEqual(
      fees.map(({ after }) => after),
      ["500", "400"],
    );
    const pauses = await running.get<Json[]>("/v1/governance/pauses");
    assert.ok(pauses.some(({ id, level }) => id === String(story.markets.SOL.id) && level === "1"));
    const prices = await running.get<Json[]>("/v1/vault/prices");
    assert.ok(prices.length >= 2 && prices.every(({ price }) => BigInt(price as string) > 0n));
    const requests = await running.get<Json[]>(`/v1/vault/requests?controller=${story.venue.operator}`);
    assert.equal(requests.length, 1);
    const [venue] = await running.get<Json[]>("/v1/venue");
    assert.equal(venue!["held"], String(rebuilt.recovery.held));
  });

  it("is for a page of another origin: CORS, packed, and not told twice", async () => {
    const url = `http://127.0.0.1:${running.port}/v1/accounts/${story.crowd[10]!.account}/history`;
    const origin = "https://web.example";
    const first = await fetch(url, { headers: { origin, "accept-encoding": "gzip" } });
    assert.equal(first.headers.get("access-control-allow-origin"), "*");
    assert.equal(first.headers.get("content-encoding"), "gzip");
    const body = await first.text();
    const etag = first.headers.get("etag")!;
    const again = await fetch(url, { headers: { origin, "if-none-match": etag } });
    assert.equal(again.status, 304);
    assert.equal(await again.text(), "");
    const plain = await fetch(url, { headers: { "accept-encoding": "identity" } });
    assert.equal(plain.headers.get("content-encoding"), null);
    assert.equal(await plain.text(), body);
    const csv = await fetch(`${url}?format=csv&limit=10`);
    assert.match(csv.headers.get("access-control-expose-headers")!, /x-next-after/);
    assert.match(csv.headers.get("x-next-after")!, /^[0-9]+$/);
    const asked = await fetch(url, { method: "OPTIONS", headers: { origin, "access-control-request-method": "GET" } });
    assert.ok(asked.ok);
  });

  it("tells Prometheus how far it is, what the doctor found, and how fast answers are", async () => {
    const text = await running.get<string>("/v1/metrics");
    const health = (await healthOfIndexer(running.port)) as unknown as { indexed: number; events: number };
    assert.match(text, /novation_indexer_state\{state="ok"\} 1/);
    const value = (name: string) => Number(new RegExp(`^novation_indexer_${name} ([0-9.e+]+)$`, "m").exec(text)![1]);
    assert.ok(value("block") > 0 && value("block") <= health.indexed);
    assert.equal(value("events"), health.events);
    assert.equal(value("rebuilds"), 0);
    assert.equal(value("starts"), 1);
    assert.ok(value("looks_total") > 0 && value("compared_total") > 0);
    assert.match(text, /novation_indexer_request_seconds_count\{route="\/v1\/accounts\/:account",status="200"\} [1-9]/);
    assert.match(text, /novation_indexer_findings_total\{kind="BALANCE"\} \d/);
  });

  it("has a dashboard that asks only for metrics that there are", async () => {
    const text = await running.get<string>("/v1/metrics");
    const names = new Set([...text.matchAll(/^# TYPE (novation_indexer_[a-z_]+)/gm)].map(([, name]) => name));
    const board = readFileSync(new URL("../grafana.json", import.meta.url), "utf8");
    const asked = [...board.matchAll(/novation_indexer_[a-z_]+/g)].map(([name]) =>
      name.replace(/_(bucket|count)$/, ""),
    );
    assert.ok(asked.length > 10);
    for (const name of asked) assert.ok(names.has(name), name);
    const ponders = await running.get<string>("/metrics");
    for (const [name] of board.matchAll(/(nodejs|process|ponder)_[a-z0-9_]+/g)) assert.ok(ponders.includes(name), name);
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

  /** What the SDK says an account was worth at the end of a second, by the events and answers up to then. */
  function equityAt(account: bigint, time: number): bigint {
    const venue = venueAt(time);
    const own = venue.accounts.get(account as never)!;
    if (own.group === (0n as never)) return own.cash;
    const quotes = venue.groups.get(own.group)!.markets.map((market) => {
      return quoteOf(market, seenAt(markAt(market.id, time)), BigInt(time));
    });
    return (
      own.cash +
      own.legs.reduce((sum, leg, index) => {
        const market = venue.groups.get(own.group)!.markets[index]!;
        return sum + legOf(market, leg, quotes[index]!).value;
      }, 0n)
    );
  }

  function venueAt(time: number): Venue {
    let venue = venues.get(time);
    if (venue === undefined) {
      venue = rebuiltOf(
        logs.filter(({ timestamp }) => timestamp <= BigInt(time)),
        6,
      );
      venues.set(time, venue);
    }
    return venue;
  }

  function markAt(market: bigint, time: number): bigint {
    const { aggregator } = deployment.markets.find(({ id }) => id === market)!;
    const told = logs.filter(
      ({ address, timestamp }) => address === aggregator.toLowerCase() && timestamp <= BigInt(time),
    );
    return BigInt(told.at(-1)!.topics[1]!) * 10n ** 10n;
  }

  it("goes on after kill -9", async () => {
    process.kill(running.supervisor.pid!, "SIGKILL");
    await story.tradeOften(2);
    const seconds = await running.caughtUp();
    console.log(`kill -9 on PGlite: right again after ${seconds.toFixed(1)} s`);
    assert.equal(running.supervisor.rebuilds, 0);
  });
});

const ids = (rows: readonly { id: string }[]): string[] => rows.map(({ id }) => id);

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

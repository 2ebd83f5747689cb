// SPDX-License-Identifier: MIT
import { and, asc, desc, eq, gte, lt, sql } from "drizzle-orm";
import { db } from "ponder:api";
import { candles, fills, liquidations, markets, samples, tickers } from "../../../schema";
import { INTERVALS } from "../../history/candles";
import { ask } from "../database";
import { AMOUNT, listOf, objectOf, rowSchema, NUMBER } from "../json";
import { count, oneOf, time, whole } from "../parameters";
import { BadRequest, route } from "../Route";

const MARKET = whole("the market's id");
const FROM = time("from", 0);
const TO = time("before", 4_102_444_800);
const LIMIT = count("rows at most", 1, 5_000, 500);
const SECONDS = {
  ...count("the interval in seconds", 60, 86_400, 3_600),
  says: `the interval in seconds, one of ${INTERVALS.join(", ")}; default 3600`,
  read: (text: string, name: string): number => {
    const found = INTERVALS.find((each) => String(each) === text);
    if (found === undefined) throw new BadRequest(`${name} is ${text}: it has to be one of ${INTERVALS.join(", ")}`);
    return found;
  },
};

interface Window {
  market: bigint;
  from: number;
  to: number;
  limit: number;
}

export const marketRoutes = [
  route(
    "/v1/markets",
    "All markets: state, parameters, latest mark and trade",
    {},
    listOf(objectOf({ market: rowSchema(markets), ticker: rowSchema(tickers) })),
    () =>
      db
        .select({ market: markets, ticker: tickers })
        .from(markets)
        .leftJoin(tickers, eq(tickers.id, markets.id))
        .orderBy(asc(markets.id)),
  ),
  route(
    "/v1/markets/:market/candles",
    "Candles of marks or of trades, oldest first",
    {
      market: MARKET,
      kind: oneOf("of what", ["mark", "trade"], "trade"),
      seconds: SECONDS,
      from: FROM,
      to: TO,
      limit: LIMIT,
    },
    listOf(rowSchema(candles)),
    async ({ kind, ...window }) => latest(await candlesOf(kind === "mark" ? "MARK" : "TRADE", window)),
  ),
  route(
    "/v1/markets/:market/volume",
    "Volume and fees of each interval in which there was a trade, oldest first",
    { market: MARKET, seconds: SECONDS, from: FROM, to: TO, limit: LIMIT },
    listOf(objectOf({ start: NUMBER, trades: NUMBER, base: AMOUNT, quote: AMOUNT, fees: AMOUNT })),
    async (window) =>
      latest(await candlesOf("TRADE", window)).map(({ start, count: trades, base, quote, fees }) => {
        return { start, trades, base, quote, fees };
      }),
  ),
  route(
    "/v1/markets/:market/open-interest",
    "Open interest at the end of each interval in which there was a trade, oldest first",
    { market: MARKET, seconds: SECONDS, from: FROM, to: TO, limit: LIMIT },
    listOf(objectOf({ time: NUMBER, openInterest: AMOUNT, mark: AMOUNT })),
    (window) => lastOfEach(window),
  ),
  route(
    "/v1/markets/:market/funding",
    "Cumulative funding and its rate (1e-18 quote per base and second) at the end of each interval in which there was " +
      "a trade, oldest first",
    { market: MARKET, seconds: SECONDS, from: FROM, to: TO, limit: LIMIT },
    listOf(objectOf({ time: NUMBER, funding: AMOUNT, rate: AMOUNT, mark: AMOUNT })),
    (window) => lastOfEach(window),
  ),
  route(
    "/v1/markets/:market/trades",
    "Fills of a market, latest first",
    { market: MARKET, limit: LIMIT },
    listOf(rowSchema(fills)),
    ({ market, limit }) =>
      db.select().from(fills).where(eq(fills.market, market)).orderBy(desc(fills.seq)).limit(limit),
  ),
  route(
    "/v1/markets/:market/liquidations",
    "Liquidations in a market, latest first",
    { market: MARKET, limit: LIMIT },
    listOf(rowSchema(liquidations)),
    ({ market, limit }) =>
      db
        .select()
        .from(liquidations)
        .where(eq(liquidations.market, market))
        .orderBy(desc(liquidations.seq))
        .limit(limit),
  ),
];

/** The latest candles of a window, latest first. */
function candlesOf(kind: "MARK" | "TRADE", { market, seconds, from, to, limit }: Window & { seconds: number }) {
  const series = and(eq(candles.market, market), eq(candles.kind, kind), eq(candles.seconds, seconds));
  const within = and(gte(candles.start, from), lt(candles.start, to));
  return db.select().from(candles).where(and(series, within)).orderBy(desc(candles.start)).limit(limit);
}

const latest = <T>(rows: T[]): T[] => rows.reverse();

/** The last sample of each interval. */
async function lastOfEach({ market, seconds, from, to, limit }: Window & { seconds: number }) {
  const each = sql.raw(String(seconds)); // as text, so that both places are one expression to the database
  const rows = await ask<object>(sql`
    select * from (
      select distinct on (${samples.time} / ${each}) ${samples.time} as "time",
        ${samples.openInterest}::text as "openInterest", ${samples.funding}::text as "funding",
        ${samples.rate}::text as "rate", ${samples.mark}::text as "mark"
      from ${samples}
      where ${samples.market} = ${market.toString()}::numeric and ${samples.time} >= ${from} and ${samples.time} < ${to}
      order by ${samples.time} / ${each} desc, ${samples.seq} desc limit ${limit}
    ) as series order by "time"`);
  return rows;
}

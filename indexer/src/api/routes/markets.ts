// SPDX-License-Identifier: MIT
import { and, asc, desc, eq, gte, lt } from "drizzle-orm";
import { db } from "ponder:api";
import { candles, fills, inventorySales, liquidations, markets, tickers } from "../../../schema";
import { AMOUNT, MAYBE, NUMBER, listOf, objectOf, rowSchema } from "../json";
import { namedSchema, withSeries } from "../names";
import { PAGE, latest } from "../pages";
import { count, oneOf, time, whole } from "../parameters";
import { route } from "../Route";
import { lastOfEach, type Window } from "../series";
import { SECONDS } from "./intervals";

/** More than a venue will list. */
const MOST = 5_000;
const MARKET = whole("the market's id");
const FROM = time("from", 0);
const TO = time("before", 4_102_444_800);
const LIMIT = count("rows at most", 1, 5_000, 500);
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
        .orderBy(asc(markets.id))
        .limit(MOST),
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
    async ({ kind, ...window }) => oldestFirst(await candlesOf(kind === "mark" ? "MARK" : "TRADE", window)),
  ),
  route(
    "/v1/markets/:market/volume",
    "Volume and fees of each interval in which there was a trade, oldest first",
    { market: MARKET, seconds: SECONDS, from: FROM, to: TO, limit: LIMIT },
    listOf(objectOf({ start: NUMBER, trades: NUMBER, base: AMOUNT, quote: AMOUNT, fees: AMOUNT })),
    async (window) =>
      oldestFirst(await candlesOf("TRADE", window)).map(({ start, count: trades, base, quote, fees }) => {
        return { start, trades, base, quote, fees };
      }),
  ),
  route(
    "/v1/markets/:market/open-interest",
    "Open interest at the end of each interval in which there was a fill or a lock, oldest first",
    { market: MARKET, seconds: SECONDS, from: FROM, to: TO, limit: LIMIT },
    listOf(objectOf({ time: NUMBER, openInterest: AMOUNT, mark: MAYBE })),
    async (window) => (await lastOfEach(window)).map(({ time, openInterest, mark }) => ({ time, openInterest, mark })),
  ),
  route(
    "/v1/markets/:market/funding",
    "Cumulative funding and its rate (1e-18 quote per base and second) at the end of each interval in which there was " +
      "a fill or a lock, oldest first",
    { market: MARKET, seconds: SECONDS, from: FROM, to: TO, limit: LIMIT },
    listOf(objectOf({ time: NUMBER, funding: AMOUNT, rate: AMOUNT, mark: MAYBE })),
    async (window) =>
      (await lastOfEach(window)).map(({ time, funding, rate, mark }) => ({ time, funding, rate, mark })),
  ),
  route(
    "/v1/markets/:market/trades",
    "Fills of a market, latest first",
    { market: MARKET, ...PAGE },
    listOf(namedSchema(fills)),
    async ({ market, ...page }) =>
      withSeries(await latest(fills, fills.seq, eq(fills.market, market), page), ({ seq }) => seq),
  ),
  route(
    "/v1/markets/:market/liquidations",
    "Liquidations in a market, latest first",
    { market: MARKET, ...PAGE },
    listOf(namedSchema(liquidations)),
    async ({ market, ...page }) =>
      withSeries(await latest(liquidations, liquidations.seq, eq(liquidations.market, market), page), ({ seq }) => seq),
  ),
  route(
    "/v1/markets/:market/inventory-sales",
    "What the vault sold of the positions that it took over, latest first",
    { market: MARKET, ...PAGE },
    listOf(rowSchema(inventorySales)),
    ({ market, ...page }) => latest(inventorySales, inventorySales.seq, eq(inventorySales.market, market), page),
  ),
];

const oldestFirst = <T>(rows: T[]): T[] => rows.reverse();

/** The latest candles of a window, latest first. */
function candlesOf(kind: "MARK" | "TRADE", { market, seconds, from, to, limit }: Window) {
  const series = and(eq(candles.market, market), eq(candles.kind, kind), eq(candles.seconds, seconds));
  const within = and(gte(candles.start, from), lt(candles.start, to));
  return db.select().from(candles).where(and(series, within)).orderBy(desc(candles.start)).limit(limit);
}

// SPDX-License-Identifier: MIT
// What aggregators list a venue by, under their published field names.
import { and, desc, eq, gte, lt, lte } from "drizzle-orm";
import { db } from "ponder:api";
import { candles, markets, samples, tickers, venues } from "../../../schema";
import type { Row } from "../../rows/Rows";
import { ofText } from "../../state/text";
import { NUMBER, TEXT, listOf, objectOf } from "../json";
import { time } from "../parameters";
import { route } from "../Route";

const DAY = 86_400;
const QUOTE = "USD";
const MAYBE_NUMBER = { ...NUMBER, type: ["number", "null"] };
const MAYBE_TEXT = { ...TEXT, type: ["string", "null"] };
/** Of money and sizes, of prices, of rates. */
const NANO = 1e9;
const ATTO = 1e18;
const PPM = 1e6;
/** A funding rate runs for so long after the last fill, seconds. */
const PERIOD = 28_800;

export const aggregatorRoutes = [
  route(
    "/coingecko/contracts",
    "CoinGecko's derivatives format: a row a market. `funding_rate` is of 8 hours, in percent; bid and ask are a " +
      "relay's to tell",
    {},
    listOf(objectOf({ ticker_id: TEXT, base_currency: TEXT, last_price: NUMBER, open_interest_usd: MAYBE_NUMBER })),
    () => contracts(),
  ),
  route(
    "/defillama/derivatives",
    "DefiLlama's dimensions of the UTC day that holds `timestamp` (default: of the latest mark), in USD",
    { timestamp: time("a moment of the day", 0) },
    objectOf({ dailyVolume: TEXT, openInterestAtEnd: MAYBE_TEXT, dailyFees: TEXT, dailyRevenue: TEXT }),
    ({ timestamp }) => dimensions(timestamp),
  ),
];

type Listed = { market: Row<typeof markets>; ticker: Row<typeof tickers> };

function listed(): Promise<Listed[]> {
  return db.select({ market: markets, ticker: tickers }).from(markets).innerJoin(tickers, eq(tickers.id, markets.id));
}

async function contracts() {
  const all = await listed();
  const now = Math.max(0, ...all.map(({ ticker }) => ticker.markTime ?? 0));
  return Promise.all(all.map((each) => contract(each, now)));
}

async function contract({ market, ticker }: Listed, now: number) {
  const hours = await tradesOf(market.id, 3_600, now - DAY + 1, now + 1);
  // A market whose feed tells nothing here has no price, which is another thing than zero.
  const mark = ticker.mark === null ? null : Number(ticker.mark) / ATTO;
  const interest = Number(market.openInterest) / NANO;
  const base = sum(hours, ({ base: size }) => size) / NANO;
  const quote = sum(hours, ({ quote: notional }) => notional) / NANO;
  const rate = mark === null || mark === 0 ? 0 : ((Number(market.fundingRate) / ATTO) * PERIOD * 100) / mark;
  const symbol = ticker.symbol ?? String(market.id);
  const { makerFee, takerFee } = ofText<{ makerFee: bigint; takerFee: bigint }>(market.parameters);
  return {
    ticker_id: `${symbol}-PERP`,
    base_currency: symbol,
    quote_currency: QUOTE,
    target_currency: QUOTE,
    last_price: ticker.lastPrice === null ? null : Number(ticker.lastPrice) / ATTO,
    base_volume: base,
    quote_volume: quote,
    target_volume: quote,
    USD_volume: quote,
    bid: null,
    ask: null,
    high: hours.length === 0 ? null : Math.max(...hours.map(({ high }) => Number(high))) / ATTO,
    low: hours.length === 0 ? null : Math.min(...hours.map(({ low }) => Number(low))) / ATTO,
    product_type: "Perpetual",
    open_interest: interest,
    open_interest_usd: mark === null ? null : interest * mark,
    index_price: mark,
    index_name: `${symbol}-${QUOTE}`,
    index_currency: QUOTE,
    creation_timestamp: (ticker.listedAt ?? 0) * 1_000,
    expiry_timestamp: null,
    funding_rate: rate,
    next_funding_rate: rate,
    next_funding_rate_timestamp: (Number(market.fundingTime) + PERIOD) * 1_000,
    maker_fee: Number(makerFee) / PPM,
    taker_fee: Number(takerFee) / PPM,
    contract_type: "Vanilla",
    contract_price: mark,
    contract_price_currency: QUOTE,
  };
}

async function dimensions(timestamp: number) {
  const all = await listed();
  const moment = timestamp === 0 ? Math.max(0, ...all.map(({ ticker }) => ticker.markTime ?? 0)) : timestamp;
  const start = moment - (moment % DAY);
  let [volume, fees] = [0, 0];
  let interest: number | null = 0;
  for (const { market } of all) {
    const day = await tradesOf(market.id, DAY, start, start + DAY);
    volume += sum(day, ({ quote }) => quote) / NANO;
    fees += sum(day, ({ fees: each }) => each) / NANO;
    const own = await interestAt(market.id, start + DAY);
    interest = interest === null || own === null ? null : interest + own;
  }
  const [venue] = await db.select().from(venues);
  const { vaultFeeShare } = ofText<{ vaultFeeShare: bigint }>(venue!.parameters);
  const toVault = (fees * Number(vaultFeeShare)) / PPM;
  return {
    timestamp: start,
    dailyVolume: String(volume),
    openInterestAtEnd: textOf(interest),
    longOpenInterestAtEnd: textOf(interest),
    shortOpenInterestAtEnd: textOf(interest),
    dailyFees: String(fees),
    dailyUserFees: String(fees),
    dailyRevenue: String(fees - toVault),
    dailyProtocolRevenue: String(fees - toVault),
    dailySupplySideRevenue: String(toVault),
  };
}

function tradesOf(market: bigint, seconds: number, from: number, to: number) {
  const series = and(eq(candles.market, market), eq(candles.kind, "TRADE"), eq(candles.seconds, seconds));
  return db
    .select()
    .from(candles)
    .where(and(series, gte(candles.start, from), lt(candles.start, to)));
}

function textOf(value: number | null): string | null {
  return value === null ? null : String(value);
}

/** One side's open interest after the last fill up to a time, at the mark of then, quote; null: that is not known. */
async function interestAt(market: bigint, end: number): Promise<number | null> {
  const [last] = await db
    .select()
    .from(samples)
    .where(and(eq(samples.market, market), lte(samples.time, end)))
    .orderBy(desc(samples.time), desc(samples.seq))
    .limit(1);
  if (last === undefined || last.openInterest === 0n) return 0;
  return last.mark === null ? null : (Number(last.openInterest) / NANO) * (Number(last.mark) / ATTO);
}

function sum<T>(rows: readonly T[], of: (row: T) => bigint): number {
  return Number(rows.reduce((total, row) => total + of(row), 0n));
}

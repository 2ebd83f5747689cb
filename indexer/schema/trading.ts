// SPDX-License-Identifier: MIT
// What happened to accounts and markets. `seq` orders everything: block * 1e6 + index of the log.
import { index, onchainTable } from "ponder";

/**
 * The ledger: a row for each event and account whose cash or position it changed. The sum of `change` over an account
 * is its cash.
 */
export const entries = onchainTable(
  "entries",
  (t) => ({
    id: t.text().primaryKey(),
    seq: t.int8({ mode: "number" }).notNull(),
    account: t.bigint().notNull(),
    /** What it stands for: DEPOSIT, WITHDRAWAL, TRANSFER, POSITION, CREDIT, ABSORBED, RELIEF, COLLECTED, EXCHANGED. */
    kind: t.text().notNull(),
    /** How its cash changed, and what it is then. */
    change: t.bigint().notNull(),
    cash: t.bigint().notNull(),
    market: t.bigint(),
    /** Signed size before and after. */
    sizeBefore: t.bigint(),
    size: t.bigint(),
    /** Of the position since its last change: what it paid in funding and charges (negative: was paid). */
    funding: t.bigint(),
    charge: t.bigint(),
    /** The position then, as the contracts have it: with the samples and levels of any later time, its value then. */
    shares: t.bigint(),
    offset: t.bigint(),
    node: t.bigint(),
    /** The other account of a transfer, or the address of a deposit or withdrawal. */
    other: t.text(),
    /** Token units of a deposit or withdrawal. */
    tokens: t.bigint(),
    block: t.integer().notNull(),
    time: t.int8({ mode: "number" }).notNull(),
    tx: t.hex().notNull(),
  }),
  (table) => ({ byAccount: index().on(table.account, table.seq) }),
);

export const fills = onchainTable(
  "fills",
  (t) => ({
    id: t.text().primaryKey(),
    seq: t.int8({ mode: "number" }).notNull(),
    market: t.bigint().notNull(),
    taker: t.bigint().notNull(),
    maker: t.bigint().notNull(),
    /** Positive: the taker bought. */
    size: t.bigint().notNull(),
    price: t.bigint().notNull(),
    notional: t.bigint().notNull(),
    takerFee: t.bigint().notNull(),
    makerFee: t.bigint().notNull(),
    makerSalt: t.bigint().notNull(),
    block: t.integer().notNull(),
    time: t.int8({ mode: "number" }).notNull(),
    tx: t.hex().notNull(),
  }),
  (table) => ({
    byMarket: index().on(table.market, table.seq),
    byTaker: index().on(table.taker, table.seq),
    byMaker: index().on(table.maker, table.seq),
  }),
);

/** Orders that the chain has seen, `account-salt`: what was only signed is not here. */
export const orders = onchainTable(
  "orders",
  (t) => ({
    id: t.text().primaryKey(),
    account: t.bigint().notNull(),
    salt: t.bigint().notNull(),
    sequence: t.bigint().notNull(),
    lane: t.bigint().notNull(),
    market: t.bigint(),
    filled: t.bigint().notNull(),
    fills: t.integer().notNull(),
    /** FILLED (in part or whole), CANCELLED, or SKIPPED with the encoded error. */
    state: t.text().notNull(),
    reason: t.hex(),
    seq: t.int8({ mode: "number" }).notNull(),
    time: t.int8({ mode: "number" }).notNull(),
    tx: t.hex().notNull(),
  }),
  (table) => ({ byAccount: index().on(table.account, table.seq) }),
);

/** A position from flat to flat, `account-market-number`. Amounts are what was paid; negative: received. */
export const lifecycles = onchainTable(
  "lifecycles",
  (t) => ({
    id: t.text().primaryKey(),
    account: t.bigint().notNull(),
    market: t.bigint().notNull(),
    number: t.integer().notNull(),
    isLong: t.boolean().notNull(),
    /** After the last change, signed; and the largest magnitude so far. */
    size: t.bigint().notNull(),
    largest: t.bigint().notNull(),
    /** Average price at entry of what is held, or was held last; 1e-18 quote. */
    entry: t.bigint().notNull(),
    /** What it changed of cash, fees included; an absorbed one brought what it was worth at the frozen mark. */
    cashFlow: t.bigint().notNull(),
    fees: t.bigint().notNull(),
    funding: t.bigint().notNull(),
    charges: t.bigint().notNull(),
    /** Size that liquidations and tear-ups closed. */
    liquidated: t.bigint().notNull(),
    tornUp: t.bigint().notNull(),
    /** Once closed: profit by price alone; cashFlow = profit - fees - funding - charges. */
    profit: t.bigint(),
    /** TRADE, LIQUIDATION, TEAR_UP, ABSORPTION, SETTLEMENT or EXPIRY; null while it is open. */
    closedBy: t.text(),
    openedAt: t.int8({ mode: "number" }).notNull(),
    openedSeq: t.int8({ mode: "number" }).notNull(),
    closedAt: t.int8({ mode: "number" }),
    closedSeq: t.int8({ mode: "number" }),
  }),
  (table) => ({
    byAccount: index().on(table.account, table.openedSeq),
    byMarket: index().on(table.market, table.openedSeq),
  }),
);

/**
 * What an event left of a market: funding, its rate, charges and open interest. The series are made of these, and a
 * position's value at any time follows from the last one before it.
 */
export const samples = onchainTable(
  "samples",
  (t) => ({
    id: t.text().primaryKey(),
    seq: t.int8({ mode: "number" }).notNull(),
    market: t.bigint().notNull(),
    funding: t.bigint().notNull(),
    /** 1e-18 quote per base and second. */
    rate: t.bigint().notNull(),
    openInterest: t.bigint().notNull(),
    /** Cumulative, of each side. */
    chargeLong: t.bigint().notNull(),
    chargeShort: t.bigint().notNull(),
    mark: t.bigint(),
    time: t.int8({ mode: "number" }).notNull(),
  }),
  (table) => ({ byMarket: index().on(table.market, table.time, table.seq) }),
);

/** `market-kind-seconds-start`. `kind`: MARK, of price feeds; TRADE, of fills. */
export const candles = onchainTable(
  "candles",
  (t) => ({
    id: t.text().primaryKey(),
    market: t.bigint().notNull(),
    kind: t.text().notNull(),
    seconds: t.integer().notNull(),
    start: t.int8({ mode: "number" }).notNull(),
    open: t.bigint().notNull(),
    high: t.bigint().notNull(),
    low: t.bigint().notNull(),
    close: t.bigint().notNull(),
    count: t.integer().notNull(),
    /** Size, notional and fees of both sides: 0 of marks. */
    base: t.bigint().notNull(),
    quote: t.bigint().notNull(),
    fees: t.bigint().notNull(),
  }),
  (table) => ({ bySeries: index().on(table.market, table.kind, table.seconds, table.start) }),
);

/** The latest of each market. */
export const tickers = onchainTable("tickers", (t) => ({
  id: t.bigint().primaryKey(),
  symbol: t.text(),
  mark: t.bigint(),
  markTime: t.int8({ mode: "number" }),
  lastPrice: t.bigint(),
  lastTime: t.int8({ mode: "number" }),
  listedAt: t.int8({ mode: "number" }),
}));

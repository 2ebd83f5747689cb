// SPDX-License-Identifier: MIT
// Margin calls, liquidations, and locks with their receipts: who paid what.
import { index, onchainTable } from "ponder";

export const marginCalls = onchainTable(
  "margin_calls",
  (t) => ({
    id: t.text().primaryKey(),
    seq: t.int8({ mode: "number" }).notNull(),
    account: t.bigint().notNull(),
    equity: t.bigint().notNull(),
    callLevel: t.bigint().notNull(),
    calledAt: t.int8({ mode: "number" }).notNull(),
    /** When it was cleared, and by what: CLEARED or ABSORBED. A call that lapsed stays open until the next. */
    endedAt: t.int8({ mode: "number" }),
    endedBy: t.text(),
    tx: t.hex().notNull(),
  }),
  (table) => ({ byAccount: index().on(table.account, table.seq) }),
);

/** The call that stands of an account: which row above is to be ended. */
export const openCalls = onchainTable("open_calls", (t) => ({
  id: t.bigint().primaryKey(),
  call: t.text(),
}));

export const liquidations = onchainTable(
  "liquidations",
  (t) => ({
    id: t.text().primaryKey(),
    seq: t.int8({ mode: "number" }).notNull(),
    account: t.bigint().notNull(),
    market: t.bigint().notNull(),
    /** 0: several makers, or what the vault sold. */
    taker: t.bigint().notNull(),
    closed: t.bigint().notNull(),
    /** Ppm of the mark. */
    discount: t.bigint().notNull(),
    keeperReward: t.bigint().notNull(),
    vaultReward: t.bigint().notNull(),
    block: t.integer().notNull(),
    time: t.int8({ mode: "number" }).notNull(),
    tx: t.hex().notNull(),
  }),
  (table) => ({
    byAccount: index().on(table.account, table.seq),
    byMarket: index().on(table.market, table.seq),
  }),
);

/** What the vault sold of the inventory that it took over. */
export const inventorySales = onchainTable(
  "inventory_sales",
  (t) => ({
    id: t.text().primaryKey(),
    seq: t.int8({ mode: "number" }).notNull(),
    market: t.bigint().notNull(),
    buyer: t.bigint().notNull(),
    size: t.bigint().notNull(),
    price: t.bigint().notNull(),
    time: t.int8({ mode: "number" }).notNull(),
    tx: t.hex().notNull(),
  }),
  (table) => ({ byMarket: index().on(table.market, table.seq) }),
);

/** A lock of a group, `group-number`; deficit = vaultPaid + charged + shortfall once it is settled. */
export const locks = onchainTable(
  "locks",
  (t) => ({
    id: t.text().primaryKey(),
    group: t.bigint().notNull(),
    number: t.integer().notNull(),
    /** LOCKED, SETTLING, SETTLED, or LIFTED when nobody was absorbed. */
    state: t.text().notNull(),
    gapLevel: t.bigint().notNull(),
    reserve: t.bigint().notNull(),
    absorbed: t.integer().notNull(),
    deficit: t.bigint().notNull(),
    vaultPaid: t.bigint().notNull(),
    charged: t.bigint().notNull(),
    shortfall: t.bigint().notNull(),
    /** The relief of all who are registered, and the share of a gain that is charged and of relief that comes back. */
    relieved: t.bigint().notNull(),
    numerator: t.bigint(),
    denominator: t.bigint(),
    /** The charges of all receipts: `charged`, what comes back, and at most a unit a receipt of rounding. */
    receipts: t.bigint().notNull(),
    lockedAt: t.int8({ mode: "number" }).notNull(),
    until: t.int8({ mode: "number" }).notNull(),
    settledAt: t.int8({ mode: "number" }),
    unlockedAt: t.int8({ mode: "number" }),
    seq: t.int8({ mode: "number" }).notNull(),
    tx: t.hex().notNull(),
  }),
  (table) => ({ byGroup: index().on(table.group, table.number), bySeq: index().on(table.seq) }),
);

/** `lock-market`: the jump from anchor to frozen mark, the charge of its winning side, and how the estate went. */
export const lockMarkets = onchainTable("lock_markets", (t) => ({
  id: t.text().primaryKey(),
  lock: t.text().notNull(),
  market: t.bigint().notNull(),
  /** Null of series that are no perpetual: they follow from the group's factors. */
  anchor: t.bigint(),
  frozenMark: t.bigint(),
  /** Positive: longs won. Of a series 0 unless it was charged. */
  jump: t.bigint().notNull(),
  charge: t.bigint().notNull(),
  winners: t.bigint().notNull(),
  netted: t.bigint().notNull(),
  vaultClosed: t.bigint().notNull(),
  vaultTook: t.bigint().notNull(),
  left: t.bigint().notNull(),
  tornUp: t.bigint().notNull(),
}));

/** `lock-market-node`: the frame before its first tear-up in the lock, and after the last. */
export const lockNodes = onchainTable(
  "lock_nodes",
  (t) => ({
    id: t.text().primaryKey(),
    lock: t.text().notNull(),
    market: t.bigint().notNull(),
    longs: t.boolean().notNull(),
    node: t.bigint().notNull(),
    remainingBefore: t.bigint().notNull(),
    remaining: t.bigint().notNull(),
    /** What a share of it brought so far, after the last. */
    proceeds: t.bigint().notNull(),
    size: t.bigint().notNull(),
    /** Of the last tear-up. */
    seq: t.int8({ mode: "number" }).notNull(),
    time: t.int8({ mode: "number" }).notNull(),
  }),
  (table) => ({
    byLock: index().on(table.lock),
    byNode: index().on(table.market, table.longs, table.node, table.seq),
  }),
);

/** `lock-account`: somebody that the lock gathered. */
export const defaults = onchainTable(
  "defaults",
  (t) => ({
    id: t.text().primaryKey(),
    lock: t.text().notNull(),
    account: t.bigint().notNull(),
    deficit: t.bigint().notNull(),
    seq: t.int8({ mode: "number" }).notNull(),
    time: t.int8({ mode: "number" }).notNull(),
    tx: t.hex().notNull(),
  }),
  (table) => ({ byLock: index().on(table.lock, table.seq), byAccount: index().on(table.account, table.seq) }),
);

/** `lock-account`: who is charged on gains less losses. */
export const reliefs = onchainTable(
  "reliefs",
  (t) => ({
    id: t.text().primaryKey(),
    lock: t.text().notNull(),
    account: t.bigint().notNull(),
    /** The lesser of its gains and its losses in the jump. */
    relief: t.bigint().notNull(),
    /** What comes back of what its winning legs pay, floor; 0 until the settlement. */
    credit: t.bigint().notNull(),
    /** It was absorbed after it was registered: then it is charged nothing, and nothing comes back. */
    absorbed: t.boolean().notNull(),
    seq: t.int8({ mode: "number" }).notNull(),
    time: t.int8({ mode: "number" }).notNull(),
    tx: t.hex().notNull(),
  }),
  (table) => ({ byLock: index().on(table.lock, table.seq), byAccount: index().on(table.account, table.seq) }),
);

/** `lock-account-market`: what a winner paid and had torn up in a lock. */
export const receipts = onchainTable(
  "receipts",
  (t) => ({
    id: t.text().primaryKey(),
    lock: t.text().notNull(),
    account: t.bigint().notNull(),
    market: t.bigint().notNull(),
    /** Signed, when the settlement began. */
    size: t.bigint().notNull(),
    /** What the size gained in the jump, floor, and what it pays, ceil. The position may pay a unit less. */
    gain: t.bigint().notNull(),
    charge: t.bigint().notNull(),
    /** Size that was torn up, magnitude. */
    tornUp: t.bigint().notNull(),
    /** Of the charge, or of the end of the lock when there was none. */
    seq: t.int8({ mode: "number" }).notNull(),
    time: t.int8({ mode: "number" }).notNull(),
  }),
  (table) => ({
    byLock: index().on(table.lock, table.account, table.market),
    byAccount: index().on(table.account, table.seq),
  }),
);

/** New losses, and what healed them. */
export const shortfalls = onchainTable(
  "shortfalls",
  (t) => ({
    id: t.text().primaryKey(),
    seq: t.int8({ mode: "number" }).notNull(),
    /** SUFFERED, HEALED or COVERED (tokens given). */
    kind: t.text().notNull(),
    amount: t.bigint().notNull(),
    shortfall: t.bigint(),
    /** 1e18 = par. */
    rate: t.bigint(),
    time: t.int8({ mode: "number" }).notNull(),
    tx: t.hex().notNull(),
  }),
  (table) => ({ bySeq: index().on(table.seq) }),
);

// SPDX-License-Identifier: MIT
// Option groups over time: expiries, volatilities, slices.
import { index, onchainTable } from "ponder";

/** Every expiry that was ever listed, `group-place-expiry`. Its place is listed anew when nothing of it is open. */
export const expiries = onchainTable(
  "expiries",
  (t) => ({
    id: t.text().primaryKey(),
    /** Of its listing. */
    seq: t.int8({ mode: "number" }).notNull(),
    group: t.bigint().notNull(),
    place: t.integer().notNull(),
    expiry: t.int8({ mode: "number" }).notNull(),
    base: t.bigint().notNull(),
    step: t.bigint().notNull(),
    listedAt: t.int8({ mode: "number" }).notNull(),
    /** The price at which it expired, and when that was fixed. */
    settlement: t.bigint(),
    fixedAt: t.int8({ mode: "number" }),
    tx: t.hex().notNull(),
  }),
  (table) => ({ byGroup: index().on(table.group, table.place, table.seq) }),
);

/** Smiles over time, the first with the listing. */
export const smiles = onchainTable(
  "smiles",
  (t) => ({
    id: t.text().primaryKey(),
    seq: t.int8({ mode: "number" }).notNull(),
    group: t.bigint().notNull(),
    place: t.integer().notNull(),
    expiry: t.int8({ mode: "number" }).notNull(),
    /** 16 bits a strike from the lowest: 1e-4 a root year; and the basis. */
    smile: t.bigint().notNull(),
    time: t.int8({ mode: "number" }).notNull(),
    tx: t.hex().notNull(),
  }),
  (table) => ({ byGroup: index().on(table.group, table.seq) }),
);

/** Volatility levels over time, 1e-9. */
export const levels = onchainTable(
  "levels",
  (t) => ({
    id: t.text().primaryKey(),
    seq: t.int8({ mode: "number" }).notNull(),
    group: t.bigint().notNull(),
    level: t.bigint().notNull(),
    observedAt: t.int8({ mode: "number" }).notNull(),
    time: t.int8({ mode: "number" }).notNull(),
    tx: t.hex().notNull(),
  }),
  (table) => ({ byGroup: index().on(table.group, table.seq) }),
);

/** Slices: a fraction of all positions of an account went to a taker. Its legs are liquidations of the same `tx`. */
export const slices = onchainTable(
  "slices",
  (t) => ({
    id: t.text().primaryKey(),
    seq: t.int8({ mode: "number" }).notNull(),
    account: t.bigint().notNull(),
    taker: t.bigint().notNull(),
    group: t.bigint().notNull(),
    /** 1e-18. */
    fraction: t.bigint().notNull(),
    keeperReward: t.bigint().notNull(),
    vaultReward: t.bigint().notNull(),
    cash: t.bigint().notNull(),
    block: t.integer().notNull(),
    time: t.int8({ mode: "number" }).notNull(),
    tx: t.hex().notNull(),
  }),
  (table) => ({ byAccount: index().on(table.account, table.seq), bySeq: index().on(table.seq) }),
);

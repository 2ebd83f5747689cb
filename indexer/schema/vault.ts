// SPDX-License-Identifier: MIT
// The insurance vault: shares, their price, and redeems in batches. Assets and shares in their smallest units.
import { index, onchainTable } from "ponder";

/** What a deposit or a priced batch says a share is worth. */
export const vaultPrices = onchainTable(
  "vault_prices",
  (t) => ({
    id: t.text().primaryKey(),
    seq: t.int8({ mode: "number" }).notNull(),
    assets: t.bigint().notNull(),
    shares: t.bigint().notNull(),
    /** Assets per share, 1e18. */
    price: t.bigint().notNull(),
    time: t.int8({ mode: "number" }).notNull(),
    tx: t.hex().notNull(),
  }),
  (table) => ({ bySeq: index().on(table.seq) }),
);

export const vaultFlows = onchainTable(
  "vault_flows",
  (t) => ({
    id: t.text().primaryKey(),
    seq: t.int8({ mode: "number" }).notNull(),
    /** DEPOSIT, REQUEST, CLAIM, RETIRED or CLOSED. */
    kind: t.text().notNull(),
    owner: t.hex().notNull(),
    sender: t.hex().notNull(),
    assets: t.bigint().notNull(),
    shares: t.bigint().notNull(),
    time: t.int8({ mode: "number" }).notNull(),
    tx: t.hex().notNull(),
  }),
  (table) => ({ byOwner: index().on(table.owner, table.seq) }),
);

export const batches = onchainTable("batches", (t) => ({
  id: t.bigint().primaryKey(),
  shares: t.bigint().notNull(),
  pricedShares: t.bigint().notNull(),
  assets: t.bigint().notNull(),
  openedAt: t.int8({ mode: "number" }).notNull(),
  closesAt: t.int8({ mode: "number" }).notNull(),
  dueAt: t.int8({ mode: "number" }).notNull(),
  pricedAt: t.int8({ mode: "number" }),
}));

/** `batch-controller`. */
export const requests = onchainTable(
  "requests",
  (t) => ({
    id: t.text().primaryKey(),
    batch: t.bigint().notNull(),
    controller: t.hex().notNull(),
    shares: t.bigint().notNull(),
    time: t.int8({ mode: "number" }).notNull(),
  }),
  (table) => ({ byController: index().on(table.controller), byBatch: index().on(table.batch) }),
);

/** Share balances, of holders and of the vault's custody. */
export const holders = onchainTable("holders", (t) => ({
  id: t.hex().primaryKey(),
  shares: t.bigint().notNull(),
}));

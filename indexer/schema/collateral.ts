// SPDX-License-Identifier: MIT
// What was pledged, withdrawn, taken as a fee, and exchanged.
import { index, onchainTable } from "ponder";

export const pledgeMoves = onchainTable(
  "pledge_moves",
  (t) => ({
    id: t.text().primaryKey(),
    seq: t.int8({ mode: "number" }).notNull(),
    /** PLEDGED, WITHDRAWN, FEE, BOUGHT, BOUGHT_BY_LINE, or SOLD of the vault's stock. */
    kind: t.text().notNull(),
    collateral: t.bigint().notNull(),
    /** Whose pledge it was; null: the vault's stock. */
    account: t.bigint(),
    /** Who bought, unless the line did. */
    buyer: t.bigint(),
    units: t.bigint().notNull(),
    /** For an exchange: what it brought. */
    paid: t.bigint(),
    /** What is left: of the account's pledge, or of the stock. */
    left: t.bigint().notNull(),
    time: t.int8({ mode: "number" }).notNull(),
    tx: t.hex().notNull(),
  }),
  (table) => ({ byAccount: index().on(table.account, table.seq), bySeq: index().on(table.seq) }),
);

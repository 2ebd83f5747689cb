// SPDX-License-Identifier: MIT
// Who may do what, what is scheduled, and every parameter over time.
import { index, onchainTable } from "ponder";

/** `operation-nonce` of the AccessManager. `seq`: of its schedule. */
export const operations = onchainTable(
  "operations",
  (t) => ({
    id: t.text().primaryKey(),
    hash: t.hex().notNull(),
    nonce: t.integer().notNull(),
    caller: t.hex().notNull(),
    target: t.hex().notNull(),
    data: t.hex().notNull(),
    /** SCHEDULED, EXECUTED or CANCELLED. */
    state: t.text().notNull(),
    /** When it may be executed from. */
    readyAt: t.int8({ mode: "number" }).notNull(),
    scheduledAt: t.int8({ mode: "number" }).notNull(),
    endedAt: t.int8({ mode: "number" }),
    tx: t.hex().notNull(),
    seq: t.int8({ mode: "number" }).notNull(),
  }),
  (table) => ({ bySeq: index().on(table.seq) }),
);

/** `role-member`. */
export const roles = onchainTable(
  "roles",
  (t) => ({
    id: t.text().primaryKey(),
    role: t.bigint().notNull(),
    member: t.hex().notNull(),
    /** Seconds that its calls wait. */
    delay: t.bigint().notNull(),
    since: t.bigint().notNull(),
    granted: t.boolean().notNull(),
  }),
  (table) => ({ byMember: index().on(table.member) }),
);

export const roleLabels = onchainTable("role_labels", (t) => ({
  id: t.bigint().primaryKey(),
  label: t.text().notNull(),
}));

/** `target-selector`. */
export const functionRoles = onchainTable("function_roles", (t) => ({
  id: t.text().primaryKey(),
  target: t.hex().notNull(),
  selector: t.hex().notNull(),
  role: t.bigint().notNull(),
}));

/** A value that changed: of a market, of a group, or of the venue. */
export const parameterChanges = onchainTable(
  "parameter_changes",
  (t) => ({
    id: t.text().primaryKey(),
    seq: t.int8({ mode: "number" }).notNull(),
    /** `venue`, `group-N`, `market-N` or `collateral-N`. */
    scope: t.text().notNull(),
    name: t.text().notNull(),
    /** Decimal or hex text; null: it had none. */
    before: t.text(),
    after: t.text().notNull(),
    time: t.int8({ mode: "number" }).notNull(),
    tx: t.hex().notNull(),
  }),
  (table) => ({ byName: index().on(table.scope, table.name, table.seq), bySeq: index().on(table.seq) }),
);

/** Each time that fees were split. */
export const feeSplits = onchainTable(
  "fee_splits",
  (t) => ({
    id: t.text().primaryKey(),
    seq: t.int8({ mode: "number" }).notNull(),
    vaultShare: t.bigint().notNull(),
    treasuryShare: t.bigint().notNull(),
    time: t.int8({ mode: "number" }).notNull(),
    tx: t.hex().notNull(),
  }),
  (table) => ({ bySeq: index().on(table.seq) }),
);

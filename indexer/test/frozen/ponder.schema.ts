// SPDX-License-Identifier: MIT
import { onchainTable } from "ponder";

export const latest = onchainTable("latest", (t) => ({ id: t.text().primaryKey(), answer: t.bigint().notNull() }));

/** What the row said before a write, looked at after it: by two ways of writing. */
export const seen = onchainTable("seen", (t) => ({
  id: t.bigint().primaryKey(),
  before: t.bigint().notNull(),
  afterUpdate: t.bigint().notNull(),
  afterInsert: t.bigint().notNull(),
}));

// SPDX-License-Identifier: MIT
// What the indexer knows of itself: the doctor compares it with the chain.
import { onchainTable } from "ponder";

/** `Contract:Event`: how many were indexed. */
export const counts = onchainTable("counts", (t) => ({
  id: t.text().primaryKey(),
  count: t.integer().notNull(),
}));

/** One row, `ALL`: a hash over every indexed log in order, so that no replaced block goes unnoticed. */
export const digests = onchainTable("digests", (t) => ({
  id: t.text().primaryKey(),
  events: t.integer().notNull(),
  digest: t.hex().notNull(),
  block: t.integer().notNull(),
  logIndex: t.integer().notNull(),
}));

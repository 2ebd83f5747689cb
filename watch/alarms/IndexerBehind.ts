// SPDX-License-Identifier: MIT
import { alarm } from "./Alarm.js";

/** The indexer's history ends long before the head. */
export const indexerBehind = alarm({
  name: "IndexerBehind",
  severity: "ticket",
  part: "indexer",
  holds: ({ indexerFor }) => indexerFor,
  find: ({ indexed, lag }, { indexerLag }) =>
    lag > indexerLag ? [{ subject: "indexer", says: `the indexer is at block ${indexed}, ${lag} s behind` }] : [],
});

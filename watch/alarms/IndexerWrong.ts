// SPDX-License-Identifier: MIT
import { alarm } from "./Alarm.js";

/** Figures that the indexer serves are not the chain's, or its own doctor says so. */
export const indexerWrong = alarm({
  name: "IndexerWrong",
  severity: "page",
  part: "indexer",
  holds: ({ indexerFor }) => indexerFor,
  find: ({ status, differs }) => [
    ...(status === "wrong"
      ? [{ subject: "doctor", says: "the indexer's own doctor says that its rows are wrong" }]
      : []),
    ...differs,
  ],
});

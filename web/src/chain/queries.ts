// SPDX-License-Identifier: MIT
import { QueryClient } from "@tanstack/react-query";

/** What is asked, and how often again. Each venue has one: their answers have the same names. */
export function newQueries(): QueryClient {
  return new QueryClient({
    defaultOptions: { queries: { refetchOnWindowFocus: false, retry: 1, gcTime: 60_000 } },
  });
}

/** After how long an indexer that keeps up has read a block, ms: sooner, and later. */
const READ = [1_200, 3_500];

/** After a transaction of this page was mined: the chain is asked again at once, the indexer when it has read of it. */
export function askAgain(queries: QueryClient): void {
  void queries.invalidateQueries({ queryKey: ["chain"] });
  for (const wait of READ) setTimeout(() => void queries.invalidateQueries({ queryKey: ["indexer"] }), wait);
}

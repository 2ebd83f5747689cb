// SPDX-License-Identifier: MIT
import { QueryClient } from "@tanstack/react-query";

/** What is asked, and how often again. Each venue has one: their answers have the same names. */
export function newQueries(): QueryClient {
  return new QueryClient({
    defaultOptions: { queries: { refetchOnWindowFocus: false, retry: 1, gcTime: 60_000 } },
  });
}

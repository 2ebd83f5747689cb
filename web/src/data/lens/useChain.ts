// SPDX-License-Identifier: MIT
import { useQuery, type UseQueryResult } from "@tanstack/react-query";
import { useEffect } from "react";
import { useQueryClient } from "@tanstack/react-query";
import { useConfig } from "wagmi";
import { useHead } from "../../chain/head";
import type { Here } from "../../chain/services";
import { readerOf, type Reader } from "../../chain/reader";
import { useHere } from "../../chain/useHere";

/** What a question of the chain is given. */
export interface Chained {
  readonly client: Reader;
  readonly here: Here;
}

/**
 * Something read from the chain: asked again at each new block (`useFollowHead`). `key` names it and its arguments, as
 * text. Undefined arguments: `enabled` false.
 */
export function useChain<T>(
  key: readonly (string | number)[],
  read: (chained: Chained) => Promise<T>,
  enabled = true,
): UseQueryResult<T> {
  const config = useConfig();
  const here = useHere();
  return useQuery({
    queryKey: ["chain", ...key],
    enabled,
    retry: 1,
    retryDelay: 500,
    queryFn: () => read({ client: readerOf(config), here }),
    structuralSharing: false,
    placeholderData: undefined,
  });
}

/** Asks again for all that is shown of the chain when there is a new block. Used once, by the frame. */
export function useFollowHead(): void {
  const queries = useQueryClient();
  const { data: head } = useHead();
  const hash = head?.hash;
  useEffect(() => {
    if (hash !== undefined) void queries.invalidateQueries({ queryKey: ["chain"] });
  }, [hash, queries]);
}

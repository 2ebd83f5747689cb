// SPDX-License-Identifier: MIT
import { useQuery } from "@tanstack/react-query";
import { useHere } from "../../chain/useHere";
import { indexerApi } from "./api";

/**
 * The latest fills of an account, as the indexer tells them.
 * @param retry How often a question that failed is asked again.
 */
export function useFills(account: bigint | undefined, retry = 1) {
  const { services } = useHere();
  return useQuery({
    queryKey: ["indexer", "fills", String(account)],
    enabled: account !== undefined,
    refetchInterval: 4_000,
    retry,
    queryFn: () => indexerApi.fillsOf(services.indexer, account!),
  });
}

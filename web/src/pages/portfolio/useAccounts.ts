// SPDX-License-Identifier: MIT
import { useQuery } from "@tanstack/react-query";
import type { ContractFunctionReturnType } from "viem";
import { lensAbi } from "../../../../sdk/abis/lens.js";
import { accountOf, type Address } from "../../../../sdk/order.js";
import { useHere } from "../../chain/useHere";
import { indexerApi } from "../../data/indexer/api";
import { useChain } from "../../data/lens";

export type HealthView = ContractFunctionReturnType<typeof lensAbi, "view", "accounts">[number];

/** Numbers that are always looked at: the chain alone does not tell which an owner uses. */
const FIRST = 8;

export interface Numbered {
  readonly number: number;
  readonly health: HealthView;
}

/** The owner's accounts that have something, the first one and the chosen one: by the lens. */
export function useAccounts(owner: Address, chosen: number) {
  const { services, deployment } = useHere();
  const known = useQuery({
    queryKey: ["indexer", "accountsOf", owner],
    refetchInterval: 15_000,
    retry: false,
    queryFn: () => indexerApi.accountsOf(services.indexer, owner),
  });
  const told = (known.data ?? []).map(({ number }) => Number(number));
  const first = Array.from({ length: FIRST }, (_, number) => number);
  const numbers = [...new Set([...first, ...told, chosen])].sort((a, b) => a - b).slice(0, 200);
  const query = useChain(["accounts", owner, numbers.join()], async ({ client }): Promise<Numbered[]> => {
    const ids = numbers.map((number) => accountOf(owner, number) as bigint);
    const all = await client.readContract({
      address: deployment.lens,
      abi: lensAbi,
      functionName: "accounts",
      args: [deployment.clearinghouse, ids],
    });
    return all.map((health, index) => ({ number: numbers[index]!, health }));
  });
  return { query, numbers };
}

/** Is there anything in it? */
export function isUsed({ health }: Numbered): boolean {
  return health.cash !== 0n || health.equity !== 0n || health.group !== 0;
}

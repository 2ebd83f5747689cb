// SPDX-License-Identifier: MIT
import { useQuery } from "@tanstack/react-query";
import { z } from "zod/v4-mini";
import type { ContractFunctionReturnType } from "viem";
import { lensAbi } from "../../../../sdk/abis/lens.js";
import { vaultAbi } from "../../../../sdk/abis/vault.js";
import { useHere } from "../../chain/useHere";
import { askIndexer } from "../../data/indexer/api";
import { whole } from "../../data/indexer/schemas";
import { readAccount, readMarket, useChain, type AccountView } from "../../data/lens";

const MOST = 40;
/** Of these, the positions are read too: whoever can be called, taken over or absorbed. */
const DETAILED = 12;
/** STANDING from which on something can be done. */
const BELOW_CALL = 3;

export type HealthView = ContractFunctionReturnType<typeof lensAbi, "view", "accounts">[number];

/** The accounts nearest to liquidation, by the indexer. */
export function useAtRisk() {
  const { services } = useHere();
  return useQuery({
    queryKey: ["indexer", "atRisk", MOST],
    refetchInterval: 6_000,
    retry: false,
    queryFn: async () => {
      const schema = z.array(z.object({ account: whole })).check(z.maxLength(MOST));
      const rows = await askIndexer(services.indexer, `/v1/at-risk?limit=${MOST}`, schema);
      return rows.map(({ account }) => account).filter((account) => account > 0n && account < 1n << 192n);
    },
  });
}

export interface RiskRow {
  readonly health: HealthView;
  /** With positions, of whoever something can be done about. */
  readonly account: AccountView | undefined;
}

/** Their health as the lens has it, worst first. */
export function useHealths(ids: readonly bigint[]) {
  return useChain(
    ["healths", ids.join()],
    async ({ client, here }) => {
      const { lens, clearinghouse } = here.deployment;
      const args = [clearinghouse, [...ids]] as const;
      const healths = await client.readContract({ address: lens, abi: lensAbi, functionName: "accounts", args });
      const pressing = healths.filter(({ standing, calledAt }) => standing >= BELOW_CALL || calledAt !== 0);
      const views = await Promise.all(
        pressing.slice(0, DETAILED).map(({ account }) => readAccount(client, here, account)),
      );
      const found = new Map(views.map((view) => [view.health.account, view]));
      return healths.map((health): RiskRow => ({ health, account: found.get(health.account) }));
    },
    ids.length > 0,
  );
}

/** All groups of the deployment. */
export function useGroups() {
  const { deployment } = useHere();
  const groups = [...new Set(deployment.markets.map(({ group }) => group as bigint))];
  return useChain(["groups", groups.join()], ({ client }) =>
    Promise.all(
      groups.map((group) => {
        const args = [deployment.clearinghouse, Number(group)] as const;
        return client.readContract({ address: deployment.lens, abi: lensAbi, functionName: "group", args });
      }),
    ),
  );
}

/** All markets, for their offers, marks and parameters. */
export function useOffers() {
  const { deployment } = useHere();
  return useChain(["offers"], ({ client, here }) =>
    Promise.all(
      deployment.markets.map(async (market) => ({ market, view: await readMarket(client, here, market.id) })),
    ),
  );
}

/** The oldest batch of redeems that is not priced: null, there is none. */
export function useBatch() {
  return useChain(["oldestBatch"], async ({ client, here }) => {
    const contract = { address: here.deployment.vault, abi: vaultAbi } as const;
    const [[next, latest], window, cooldown] = await Promise.all([
      client.readContract({ ...contract, functionName: "batches" }),
      client.readContract({ ...contract, functionName: "window" }),
      client.readContract({ ...contract, functionName: "cooldown" }),
    ]);
    if (next > latest) return null;
    const batch = await client.readContract({ ...contract, functionName: "batch", args: [next] });
    const dueAt = BigInt(batch.openedAt) + BigInt(window) + BigInt(cooldown);
    return batch.shares === 0n ? null : { id: next, dueAt };
  });
}
